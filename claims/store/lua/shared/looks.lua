-- needs: hours
-- The budget of looks, which are checks on schedule: how many a day the schedules plan, by how much their periods
-- are stretched, and on which day there is room for one more.
-- LOOKS has the budget (`per_day`, missing without one) and the sum of the looks a day of all schedules, as they were set
-- (`planned`). A claim has its own part of that sum (`rate`), by which a repeated call counts nothing twice; and, while
-- its period is stretched, by what factor (`stretch`) and by which budget (`budget`).

-- Bring the part of a claim up to date. Called after each change of its schedule, and before its deletion (`is_gone`).
local function count_looks(key, is_gone)
  local plan = redis.call('HMGET', key, 'every_ms', 'paused', 'rate')
  local is_counted = plan[1] and not plan[2] and not is_gone
  local rate = is_counted and string.format('%.6f', DAY / plan[1]) or false
  if rate == plan[3] then return end
  redis.call('HINCRBYFLOAT', LOOKS, 'planned', string.format('%.6f', (rate or 0) - (plan[3] or 0)))
  if rate then redis.call('HSET', key, 'rate', rate) else redis.call('HDEL', key, 'rate') end
end

-- The factor of all periods, at least 1, and the budget, nil without one.
local function find_stretch()
  local seen = redis.call('HMGET', LOOKS, 'per_day', 'planned')
  if not seen[1] then return 1 end
  return math.max(1, (seen[2] or 0) / seen[1]), seen[1]
end

-- The period of a claim in ms within the budget: at most the longest that a schedule may have (claims/times.py). With a
-- time of day it has whole days.
local LONGEST = 3650 * DAY
local function stretch(key, every, hours)
  local factor, budget = find_stretch()
  if factor == 1 then
    redis.call('HDEL', key, 'stretch', 'budget')
    return every
  end
  redis.call('HSET', key, 'stretch', string.format('%.3f', factor), 'budget', budget)
  local period = math.min(math.ceil(every * factor), math.max(every, LONGEST))
  if hours and hours.at then period = math.ceil(period / DAY) * DAY end
  return period
end

-- The looks that have begun today (UTC).
local function count_today(now)
  local seen = redis.call('HMGET', LOOKS, 'day', 'today')
  return seen[1] == tostring(math.floor(now / DAY)) and tonumber(seen[2]) or 0
end

-- The time of a check that is planned for `at`: on that day (UTC), or on the next one on which the budget has room. `own`
-- is the time for which the check is due already, nil if it is not. Other items that are due later count as well; they
-- are few.
local function find_room(at, every, hours, now, own)
  local budget = tonumber(redis.call('HGET', LOOKS, 'per_day') or '')
  if not budget then return at end
  for _ = 1, 400 do
    local starts = math.floor(at / DAY) * DAY
    local ends = starts + DAY
    local used = redis.call('ZCOUNT', DUE, starts, '(' .. ends)
    if own and own >= starts and own < ends then used = used - 1 end
    if now >= starts then used = used + count_today(now) end
    if used < budget then return at end
    at = fit_time(hours, every < DAY and ends + at % every or at + DAY, now)
  end
  return at
end

-- The budget of looks, '' without one, the looks a day of all schedules as they were set, and the looks of today (UTC).
local function read_looks(now)
  local seen = redis.call('HMGET', LOOKS, 'per_day', 'planned')
  return {seen[1] or '', seen[2] or '0', count_today(now)}
end

-- Count a check on schedule that begins.
local function count_look(now)
  redis.call('HSET', LOOKS, 'today', count_today(now) + 1, 'day', math.floor(now / DAY))
end
