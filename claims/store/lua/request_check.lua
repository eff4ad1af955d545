#!lua
-- Request a check now. ARGV: claim id, maximum number of waiting items. Returns the number of the
-- check; -1 when the queue is full; nothing when there is no such claim.
--
-- Requested twice at once, or the call repeated after a lost reply: the first call made the claim
-- unfinished, and the second gets the same number.
-- Requested while the scheduled check of the same number is planned: it becomes due now instead.
-- Requested while that check is being leased: the step that runs first starts it, same number.
local id = ARGV[1]
local key, now = CLAIM .. id, now_ms()
local claim = redis.call('HMGET', key, 'status', 'check')
if not claim[1] then return false end
local check = tonumber(claim[2])
if claim[1] ~= 'judged' and claim[1] ~= 'failed' then return check end
if count_waiting() >= tonumber(ARGV[2]) then return -1 end
local member = item('gather', id, check + 1)
leave(member)
start_check(key, check + 1, now, now)
redis.call('HSET', key, 'status', 'queued', 'class', 0, 'submission', id,
  'serial', redis.call('INCR', SERIAL))
touch(key)
put_due(member, now)
return check + 1
