#!lua flags=allow-oom
-- needs: counters
-- arguments: id, answer, judge_ms
-- Store the answer to a verify request until its caller reads it; `judge_ms` were spent in the judge.
-- Returns 'kept' | 'withdrawn' (the caller no longer waits).
--
-- Withdrawn or expired meanwhile: nothing is written, so that no answer without a reader is left.
-- Reply lost, call repeated: the answer is there, and nothing is counted again.
if redis.call('EXISTS', VERIFY .. args.id) == 0 then return 'withdrawn' end
if redis.call('HSETNX', VERIFY .. args.id, 'answer', args.answer) == 1 then
  count('verified')
  add_to('judge', args.judge_ms)
end
return 'kept'
