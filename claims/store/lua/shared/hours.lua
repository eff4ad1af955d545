-- The times of day of a schedule, in its time zone.
-- A claim with a time of day or quiet hours has them in `hours` (claims.types.Hours as JSON). ZONES has the
-- offsets of each zone: from when on, in ms since 1970, and the offset from UTC in ms. Times without `hours` stay.

local DAY, SLACK = 86400000, 7200000

local function read_hours(text)
  if not text or text == '' then return end
  local given = cjson.decode(text)
  local function read_time(words)
    local hour, minute = string.match(words, '^(%d+):(%d+)$')
    return (hour * 60 + minute) * 60000
  end
  local hours = {offsets = cjson.decode(redis.call('HGET', ZONES, given.zone) or '[[0,0]]')}
  if type(given.at) == 'string' then hours.at = read_time(given.at) end
  if type(given.quiet) == 'string' then
    local begins, ends = string.match(given.quiet, '^(.+)-(.+)$')
    hours.begins, hours.ends = read_time(begins), read_time(ends)
  end
  return hours
end

-- The time that the clocks of the zone show, as ms since 1970 there.
local function to_local(hours, at)
  local offset = hours.offsets[1][2]
  for _, row in ipairs(hours.offsets) do
    if row[1] <= at then offset = row[2] end
  end
  return at + offset
end

-- The moment at which the clocks of the zone show a time: the first of two, and for a time that is left out when
-- clocks are set forward the one that is later by as much.
local function from_local(hours, shown)
  for i, row in ipairs(hours.offsets) do
    local at, following = shown - row[2], hours.offsets[i + 1]
    if i > 1 and at < row[1] then return shown - hours.offsets[i - 1][2] end
    if not following or at < following[1] then return at end
  end
end

-- The end of the quiet hours in which a moment falls, otherwise that moment.
local function leave_quiet(hours, at)
  if not hours or not hours.begins then return at end
  local shown = to_local(hours, at)
  local time = shown % DAY
  local is_after, is_before = time >= hours.begins, time < hours.ends
  local is_quiet
  if hours.begins < hours.ends then is_quiet = is_after and is_before else is_quiet = is_after or is_before end
  if not is_quiet then return at end
  return math.max(at, from_local(hours, shown - time + hours.ends + (is_before and 0 or DAY)))
end

-- When a check takes place that was planned for `at`: at the last time of day before it, or up to two hours
-- after it, because days of 23 and of 25 hours move it; but after now. Without a time of day: outside the quiet hours.
local function fit_time(hours, at, now)
  if not hours then return at end
  if not hours.at then return leave_quiet(hours, at) end
  local day = math.floor((to_local(hours, at) + SLACK - hours.at) / DAY)
  local fitted = from_local(hours, day * DAY + hours.at)
  while fitted <= now do
    day = day + 1
    fitted = from_local(hours, day * DAY + hours.at)
  end
  return fitted
end
