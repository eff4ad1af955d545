#!lua flags=allow-oom
-- needs: clock
-- arguments: worker, ttl_ms, has_judge, queues...
-- Store a worker's heartbeat and delete expired ones. Arguments: worker, ttl in ms (0: it has ended), 1 if
-- its judge is loaded, else 0, the queues from which it takes work.
local now = now_ms()
local function keep(key) redis.call('ZADD', key, now + args.ttl_ms, args.worker) end
keep(WORKERS)
if args.has_judge == '1' then keep(JUDGES) else redis.call('ZREM', JUDGES, args.worker) end
for _, queue in ipairs(args.queues) do keep(CONSUMERS .. queue) end
local sets = {WORKERS, JUDGES, CONSUMERS .. 'fetch', CONSUMERS .. 'score', CONSUMERS .. 'read',
  CONSUMERS .. 'deliver'}
for _, key in ipairs(sets) do redis.call('ZREMRANGEBYSCORE', key, '-inf', now) end
