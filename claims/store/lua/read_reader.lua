#!lua flags=no-writes
-- needs: clock
-- arguments: days
-- The tokens of the last days and the state of the reader's endpoint. Arguments: number of days. Returns
-- {number of today since 1970, fields of each day from today back, ms now, failures in a row, until
-- when it rests in ms, why it did not answer}, the last three '' without a failure.
local now, days = now_ms(), {}
local today = math.floor(now / 86400000)
for i = 1, args.days do days[i] = redis.call('HGETALL', TOKENS .. today + 1 - i) end
local state = redis.call('HMGET', READER, 'failures', 'rests_until', 'why')
return {today, days, now, state[1] or '', state[2] or '', state[3] or ''}
