#!lua flags=allow-oom
-- Store a worker's heartbeat and delete expired ones. ARGV: worker, ttl in ms (0: it has ended).
local now = now_ms()
redis.call('ZADD', WORKERS, now + ARGV[2], ARGV[1])
redis.call('ZREMRANGEBYSCORE', WORKERS, '-inf', now)
return 1
