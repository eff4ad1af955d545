#!lua flags=allow-oom
-- Delete a verify request and its answer. ARGV: id.
--
-- Before a worker takes it: no worker spends time on it. After that: its answer is refused.
redis.call('ZREM', VERIFY_QUEUE, ARGV[1])
redis.call('ZREM', VERIFY_READS, ARGV[1])
redis.call('DEL', VERIFY .. ARGV[1])
