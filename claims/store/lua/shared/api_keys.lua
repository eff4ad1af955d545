-- Keys of the API.

-- The end of a key of the API in ms, '' without one. Nothing for a key that cannot be used now.
local function find_end(id, now)
  local seen = redis.call('HMGET', API_KEY .. id, 'digest', 'expires_ms', 'revoked_ms')
  if not seen[1] or seen[3] or (seen[2] and tonumber(seen[2]) <= now) then return end
  return seen[2] or ''
end

-- Why the key `giver` may not hand out a key with these scopes and this end: 'ended' when it cannot
-- be used itself any more, 'scopes' or 'expiry' when that would be more than its own; 'read' covers
-- 'feed'. Nothing when it may. '' as the giver is somebody without a key, who may hand out any.
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
