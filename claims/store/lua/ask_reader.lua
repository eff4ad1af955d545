#!lua flags=allow-oom
-- needs: clock
-- arguments: failures_max, try_ms, longest_ms
-- Decide whether the reader's endpoint may be asked now. Arguments: failures in a row after which it
-- rests, maximum ms of the one request that tries whether it answers again, longest rest in ms.
-- Returns 0, or the ms until a request is allowed.
--
-- After a rest the first caller tries alone; the others wait until its request has ended
-- (end_reading.lua), or for the ms of a try, because the caller may die.
-- Reply lost, call repeated: the second call waits for the try of the first; only time is lost.
-- Clock set back since: a rest with more time left than the longest rest is over.
local now, state = now_ms(), redis.call('HMGET', READER, 'failures', 'rests_until')
local rest = tonumber(state[2] or 0) - now
if rest > tonumber(args.longest_ms) then rest = 0 end
if rest > 0 then return rest end
if tonumber(state[1] or 0) >= tonumber(args.failures_max) then
  redis.call('HSET', READER, 'rests_until', now + args.try_ms)
end
return 0
