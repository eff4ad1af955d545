-- Versions of records.

-- Versions are the ETags: a change of a claim is also a change of its article.
local function touch(key)
  redis.call('HINCRBY', key, 'version', 1)
  local article = redis.call('HGET', key, 'article')
  if article then redis.call('HINCRBY', ARTICLE .. article, 'version', 1) end
end

-- Whether the record of a conditional call has another version than the caller knows. Such a call has in
-- KEYS the record and the versions one of which it must have, with a space around each. Scripts check this
-- only before a change, so that a call that is repeated after a lost reply is not refused.
local function is_outdated()
  if not KEYS[1] then return false end
  local version = redis.call('HGET', KEYS[1], 'version') or ''
  return not string.find(KEYS[2], ' ' .. version .. ' ', 1, true)
end
