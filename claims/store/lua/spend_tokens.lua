#!lua flags=allow-oom
-- needs: clock, counters, versions
-- arguments: claim, tokens, call, call_life_ms, day_life_ms, owner
-- Count tokens that a reader used: for the day, the key of the API that asked for the work, the claim and
-- its article. Arguments: claim id, or '' for a request without a record; tokens; a random name of this call,
-- ms for which it is remembered, ms for which the day is kept; for a request without a record the id of the
-- key that made it, or ''. Returns 'counted' | 'known' (it was counted before).
--
-- Reply lost, call repeated: the name is found, and nothing is counted twice.
-- Claim deleted while it was read: the tokens count for the day, and no record is created again.
local now, key = now_ms(), CLAIM .. args.claim
if not redis.call('SET', TAKEN .. args.call, 'tokens', 'NX', 'PX', args.call_life_ms) then return 'known' end
local day = TOKENS .. math.floor(now / 86400000)
local claim = redis.call('HMGET', key, 'owner', 'article', 'version')
redis.call('HINCRBY', day, 'all', args.tokens)
local owner = args.claim == '' and args.owner or claim[1] or ''
if owner ~= '' then redis.call('HINCRBY', day, owner, args.tokens) end
redis.call('HINCRBY', day, 'requests', 1)
redis.call('PEXPIRE', day, args.day_life_ms)
add_to('tokens', args.tokens)
if claim[3] then
  redis.call('HINCRBY', key, 'tokens', args.tokens)
  if claim[2] then redis.call('HINCRBY', ARTICLE .. claim[2], 'tokens', args.tokens) end
  touch(key)
end
return 'counted'
