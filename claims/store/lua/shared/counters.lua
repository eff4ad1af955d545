-- The counters of /metrics.

-- Counters for /metrics are fields of one hash: a name and the values of its labels. They are counted
-- in the step that makes the change and after its checks, so that a script which runs twice counts
-- once. Labels have few values by nature; beyond COUNTERS_MAX fields, new ones are left out.
local COUNTERS_MAX = 2000
local function add_to(field, amount)
  if redis.call('HEXISTS', COUNTERS, field) == 0
      and redis.call('HLEN', COUNTERS) >= COUNTERS_MAX then return end
  redis.call('HINCRBY', COUNTERS, field, amount)
end

local function count(...)
  add_to(table.concat({...}, '|'), 1)
end

-- Upper limits of the buckets of all histograms, in ms.
local BUCKETS = {100, 250, 500, 1000, 2500, 5000, 10000, 30000, 60000, 120000, 300000, 900000, 3600000,
  21600000}

-- Count a duration of `ms` in a histogram: each in the first bucket that holds it, '+Inf' the last.
local function observe(ms, ...)
  local field, bucket = table.concat({...}, '|'), '+Inf'
  ms = math.max(0, ms)  -- the clock may have been set back
  for i = #BUCKETS, 1, -1 do
    if ms <= BUCKETS[i] then bucket = BUCKETS[i] end
  end
  add_to(field .. '|' .. bucket, 1)
  add_to(field .. '|sum', math.floor(ms))
end
