#!lua flags=allow-oom
-- needs: clock, counters, reading
-- arguments: id, answer, judge_ms
-- Store the judge's answer to a verify request, and put the request into the reader's queue. Arguments: id,
-- answer, ms spent in the judge. Returns 'kept' | 'withdrawn' (the caller no longer waits) | 'no-reader': then
-- the judge's answer is the final one.
--
-- The caller uses the judge's answer if that of the reader does not come in time.
-- Withdrawn or expired meanwhile: nothing is written, so that no answer without a reader is left.
-- Reply lost, call repeated: the request waits once, and nothing is counted again. A worker that has
-- taken it meanwhile reads it, another one reads it again, and the first answer is kept.
local key, now = VERIFY .. args.id, now_ms()
if redis.call('EXISTS', key) == 0 then return 'withdrawn' end
if not has_reader(now) then return 'no-reader' end
if redis.call('HSETNX', key, 'judged', args.answer) == 1 then add_to('judge', args.judge_ms) end
redis.call('ZADD', VERIFY_READS, redis.call('PEXPIRETIME', key), args.id)
return 'kept'
