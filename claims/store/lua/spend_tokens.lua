#!lua flags=allow-oom
-- needs: clock, counters, versions
-- arguments: claim, tokens, estimated, call, call_life_ms, day_life_ms, owner, key, answer, answer_life_ms
-- Store the answer of a reader and count its tokens: for the day, the key of the API that asked for the
-- work, the claim and its article. Arguments: claim id, or '' for a request without a record; tokens, and
-- those of them that no endpoint counted; a random name of this request, ms for which it is remembered, ms
-- for which the day is kept; for a request without a record the id of the key that made it, or ''; hash of
-- the question, answer as JSON, or '' for none that is stored, ms for which it is kept.
-- Returns 'counted' | 'known' (it was counted before).
--
-- It was paid for, so it is stored even if memory is full; make_room.lua deletes answers if necessary.
-- Process killed: both are stored, or neither; without an answer the question is asked again.
-- Reply lost, call repeated: the name is found, and nothing is counted twice.
-- Claim deleted while it was read: the tokens count for the day, and no record is created again.
local now, key = now_ms(), CLAIM .. args.claim
if not redis.call('SET', TAKEN .. args.call, 'tokens', 'NX', 'PX', args.call_life_ms) then return 'known' end
if args.answer ~= '' then redis.call('SET', ANSWER .. args.key, args.answer, 'PX', args.answer_life_ms) end
local day = TOKENS .. math.floor(now / 86400000)
local claim = redis.call('HMGET', key, 'owner', 'article', 'version')
redis.call('HINCRBY', day, 'all', args.tokens)
local owner = args.claim == '' and args.owner or claim[1] or ''
if owner ~= '' then redis.call('HINCRBY', day, owner, args.tokens) end
redis.call('HINCRBY', day, 'requests', 1)
if args.estimated ~= '0' then redis.call('HINCRBY', day, 'estimated', args.estimated) end
redis.call('PEXPIRE', day, args.day_life_ms)
add_to('tokens', args.tokens)
if claim[3] then
  redis.call('HINCRBY', key, 'tokens', args.tokens)
  if claim[2] then redis.call('HINCRBY', ARTICLE .. claim[2], 'tokens', args.tokens) end
  touch(key)
end
return 'counted'
