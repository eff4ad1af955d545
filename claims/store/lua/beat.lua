#!lua flags=allow-oom
-- Store a worker's heartbeat and delete expired ones. ARGV: worker, ttl in ms (0: it has ended), 1
-- if the worker judges, else 0.
local now = now_ms()
redis.call('ZADD', WORKERS, now + ARGV[2], ARGV[1])
if ARGV[3] == '1' then redis.call('ZADD', JUDGES, now + ARGV[2], ARGV[1]) end
for _, workers in ipairs({WORKERS, JUDGES}) do
  redis.call('ZREMRANGEBYSCORE', workers, '-inf', now)
end
return 1
