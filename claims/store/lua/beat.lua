#!lua flags=allow-oom
-- Store a worker's heartbeat and delete expired ones. ARGV: worker, ttl in ms (0: it has ended), then
-- the queues from which it takes work.
local now = now_ms()
redis.call('ZADD', WORKERS, now + ARGV[2], ARGV[1])
for i = 3, #ARGV do redis.call('ZADD', CONSUMERS .. ARGV[i], now + ARGV[2], ARGV[1]) end
for _, workers in ipairs({WORKERS, CONSUMERS .. 'fetch', CONSUMERS .. 'score'}) do
  redis.call('ZREMRANGEBYSCORE', workers, '-inf', now)
end
return 1
