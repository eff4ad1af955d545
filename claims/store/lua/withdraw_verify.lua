#!lua flags=allow-oom
-- arguments: id
-- Delete a verify request and its answer.
--
-- Before a worker takes it: no worker spends time on it. After that: its answer is refused.
redis.call('ZREM', VERIFY_QUEUE, args.id)
redis.call('ZREM', VERIFY_READS, args.id)
redis.call('DEL', VERIFY .. args.id)
