#!lua flags=allow-oom
-- Store a worker's heartbeat and delete expired ones. ARGV: worker, ttl in ms (0: it has ended), then
-- the queues from which it takes work.
local now = now_ms()
redis.call('ZADD', WORKERS, now + ARGV[2], ARGV[1])
for i = 3, #ARGV do redis.call('ZADD', CONSUMERS .. ARGV[i], now + ARGV[2], ARGV[1]) end
redis.call('ZREMRANGEBYSCORE', WORKERS, '-inf', now)
for _, queue in ipairs({'fetch', 'score', 'deliver'}) do
  redis.call('ZREMRANGEBYSCORE', CONSUMERS .. queue, '-inf', now)
end
return 1
