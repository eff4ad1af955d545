#!lua flags=allow-oom
-- Keep a worker's heartbeat and forget those that ran out. ARGV: worker, ttl in ms (0: it has ended).
local now = now_ms()
redis.call('ZADD', WORKERS, now + ARGV[2], ARGV[1])
redis.call('ZREMRANGEBYSCORE', WORKERS, '-inf', now)
return 1
