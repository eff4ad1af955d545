#!lua flags=no-writes
-- Returns {items due now or later, leased, ms the oldest due one has waited, worker names, names of
-- the workers whose judge is loaded, names of the workers of each queue of ARGV}.
local now = now_ms()
local oldest = redis.call('ZRANGE', DUE, 0, 0, 'WITHSCORES')
local waited = oldest[2] and math.max(0, now - oldest[2]) or 0
local function names(key) return redis.call('ZRANGE', key, now, '+inf', 'BYSCORE') end
local consumers = {}
for i, queue in ipairs(ARGV) do consumers[i] = names(CONSUMERS .. queue) end
return {redis.call('ZCARD', DUE), redis.call('ZCARD', LEASE), waited, names(WORKERS), names(JUDGES),
  consumers}
