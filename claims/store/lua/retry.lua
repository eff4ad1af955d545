#!lua
-- needs: attempts, audit, clock, index, items, queue, schedule, submissions, versions
-- arguments: stage, id, most, share, actor, codes...
-- Retry an item that was given up for a fault of the service. Arguments: stage (extract or gather), id,
-- maximum number of waiting items, and of those of one key, the actor, the codes of such faults.
-- Returns 'retried' | 'not-failed' (it has not, or no longer, failed for one of these) | 'full' | 'share'
-- (refuse_more).
--
-- Two callers at once, or the call repeated after a lost reply: the first call made it unfinished,
-- and the second finds nothing to do. The same holds when a check was requested by hand or began on
-- schedule meanwhile.
-- A claim's scheduled check of the same number is planned: it becomes due now instead.
-- A worker whose attempt was given up resumes: its token is invalid, and the item was not leased
-- since.
local actor = args.actor
local stage, id = args.stage, args.id
local key, now = record_key(stage, id), now_ms()
local seen = redis.call('HMGET', key, 'status', 'error', 'check', 'corrected_by')
if seen[1] ~= 'failed' or not seen[2] or seen[4] then return 'not-failed' end
local code, is_known = cjson.decode(seen[2]).code, false
for _, known in ipairs(args.codes) do is_known = is_known or known == code end
if not is_known then return 'not-failed' end
local owner, request = read_actor(actor)
local refused = refuse_more(1, args.most, args.share, owner)
if refused then return refused end
local check = 1
if stage == 'gather' then
  check = seen[3] + 1
  leave(item(stage, id, check))
  start_check(key, check, now, now)
else
  redis.call('HSET', key, 'attempts', 0)
  redis.call('HDEL', key, 'error', 'cause')
  end_waiting(key)
end
-- There may be thousands of such items: new submissions of people come first.
set_facet(key, 'status', 'queued')
redis.call('HSET', key, 'class', 1, 'submission', id,
  'serial', redis.call('INCR', SERIAL), 'owner', owner, 'request', request)
touch(key)
put_due(item(stage, id, check), now)
record_step(actor, 'failed.retried', id)
return 'retried'
