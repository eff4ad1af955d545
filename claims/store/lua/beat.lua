#!lua flags=allow-oom
-- needs: clock
-- Store a worker's heartbeat and delete expired ones. ARGV: worker, ttl in ms (0: it has ended), 1 if
-- its judge is loaded, else 0, then the queues from which it takes work.
local now = now_ms()
local function keep(key) redis.call('ZADD', key, now + ARGV[2], ARGV[1]) end
keep(WORKERS)
if ARGV[3] == '1' then keep(JUDGES) else redis.call('ZREM', JUDGES, ARGV[1]) end
for i = 4, #ARGV do keep(CONSUMERS .. ARGV[i]) end
local sets = {WORKERS, JUDGES, CONSUMERS .. 'fetch', CONSUMERS .. 'score', CONSUMERS .. 'read',
  CONSUMERS .. 'deliver'}
for _, key in ipairs(sets) do redis.call('ZREMRANGEBYSCORE', key, '-inf', now) end
