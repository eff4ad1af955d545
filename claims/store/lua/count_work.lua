#!lua flags=no-writes
-- needs: clock
-- arguments: queues...
-- Returns {items due now or later, leased, ms the oldest due one has waited (without what waits for a
-- reader, which holds up nothing), worker names, names of
-- the workers whose judge is loaded, names of the workers of each queue}.
local now = now_ms()
local waited, oldest = 0, redis.call('ZRANGE', DUE, 0, 999, 'WITHSCORES')
for i = 1, #oldest, 2 do
  if string.sub(oldest[i], 1, 5) ~= 'read:' then
    waited = math.max(0, now - oldest[i + 1])
    break
  end
end
local function names(key) return redis.call('ZRANGE', key, now, '+inf', 'BYSCORE') end
local consumers = {}
for i, queue in ipairs(args.queues) do consumers[i] = names(CONSUMERS .. queue) end
return {redis.call('ZCARD', DUE), redis.call('ZCARD', LEASE), waited, names(WORKERS), names(JUDGES),
  consumers}
