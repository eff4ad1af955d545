-- API keys.

-- The expiry of an API key in ms, '' without one. nil for a key that cannot be used now.
local function find_end(id, now)
  local seen = redis.call('HMGET', API_KEY .. id, 'digest', 'expires_ms', 'revoked_ms')
  if not seen[1] or seen[3] or (seen[2] and tonumber(seen[2]) <= now) then return end
  return seen[2] or ''
end

-- Why the key `giver` may not create a key with these scopes and this expiry: 'ended' when `giver` itself
-- cannot be used any more, 'scopes' or 'expiry' when they exceed its own; 'read' covers 'feed'. nil when it
-- may. The giver '' is a caller without a key, who may create any key.
local function refuse_giving(giver, scopes, expires, now)
  if giver == '' then return end
  local own = find_end(giver, now)
  if not own then return 'ended' end
  local held = ' ' .. redis.call('HGET', API_KEY .. giver, 'scopes') .. ' '
  for scope in string.gmatch(scopes, '%S+') do
    local covers = scope == 'feed' and string.find(held, ' read ', 1, true)
    if not covers and not string.find(held, ' ' .. scope .. ' ', 1, true) then return 'scopes' end
  end
  if own ~= '' and (expires == '' or tonumber(expires) > tonumber(own)) then return 'expiry' end
end
