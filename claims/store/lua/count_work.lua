#!lua flags=no-writes
-- Returns {items due now or later, leased, ms the oldest due one has waited, worker names}.
local now = now_ms()
local oldest = redis.call('ZRANGE', DUE, 0, 0, 'WITHSCORES')
local waited = oldest[2] and math.max(0, now - oldest[2]) or 0
local workers = redis.call('ZRANGE', WORKERS, now, '+inf', 'BYSCORE')
return {redis.call('ZCARD', DUE), redis.call('ZCARD', LEASE), waited, workers}
