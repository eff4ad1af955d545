#!lua flags=allow-oom
-- needs: clock, counters, versions
-- Count tokens that a reader used: for the day, the key of the API that asked for the work, the claim and
-- its article. ARGV: claim id, or '' for a request without a record; tokens; a random name of this call,
-- ms for which it is remembered, ms for which the day is kept; for a request without a record the id of the
-- key that made it, or ''. Returns 'counted' | 'known' (it was counted before).
--
-- Reply lost, call repeated: the name is found, and nothing is counted twice.
-- Claim deleted while it was read: the day counts, and no record comes back.
local now, key = now_ms(), CLAIM .. ARGV[1]
if not redis.call('SET', TAKEN .. ARGV[3], 'tokens', 'NX', 'PX', ARGV[4]) then return 'known' end
local day = TOKENS .. math.floor(now / 86400000)
local claim = redis.call('HMGET', key, 'owner', 'article', 'version')
redis.call('HINCRBY', day, 'all', ARGV[2])
local owner = ARGV[1] == '' and ARGV[6] or claim[1] or ''
if owner ~= '' then redis.call('HINCRBY', day, owner, ARGV[2]) end
redis.call('HINCRBY', day, 'requests', 1)
redis.call('PEXPIRE', day, ARGV[5])
add_to('tokens', ARGV[2])
if claim[3] then
  redis.call('HINCRBY', key, 'tokens', ARGV[2])
  if claim[2] then redis.call('HINCRBY', ARTICLE .. claim[2], 'tokens', ARGV[2]) end
  touch(key)
end
return 'counted'
