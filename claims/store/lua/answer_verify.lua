#!lua flags=allow-oom
-- needs: counters
-- Keep the answer to a verify request until its caller reads it. ARGV: id, answer, ms spent in
-- the judge. Returns
-- 'kept' | 'withdrawn' (the caller no longer waits).
--
-- Withdrawn or expired meanwhile: nothing is written, so that no answer stays behind.
-- Reply lost, call repeated: the answer is there, and nothing is counted again.
if redis.call('EXISTS', VERIFY .. ARGV[1]) == 0 then return 'withdrawn' end
if redis.call('HSETNX', VERIFY .. ARGV[1], 'answer', ARGV[2]) == 1 then
  count('verified')
  add_to('judge', ARGV[3])
end
return 'kept'
