#!lua flags=allow-oom
-- Keep the answer to a verify request until its caller reads it. ARGV: id, answer. Returns 1, or 0
-- when the caller no longer waits.
--
-- Withdrawn or expired meanwhile: nothing is written, so that no answer stays behind.
if redis.call('EXISTS', VERIFY .. ARGV[1]) == 0 then return 0 end
redis.call('HSET', VERIFY .. ARGV[1], 'answer', ARGV[2])
return 1
