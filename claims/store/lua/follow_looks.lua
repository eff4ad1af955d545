#!lua flags=allow-oom
-- needs: clock, hours, items, looks, queue, schedule, versions
-- arguments: per_day, limit
-- Take over the budget of looks, and plan the next checks of some claims anew after it has changed. Arguments: looks a
-- day, 0 without a budget; maximum number of claims. Returns the number of checks that were moved.
--
-- A walk over all claims begins when the budget is another one, and when the factor of the periods is another one by a
-- tenth; it goes on with each call, from the place that is kept. A check is moved later if it comes before the end of the
-- stretched period or on a day without room, and nearer if it is more than one such period away, spread over it.
-- Two callers at once, or the call repeated: each takes the next claims; a check that is in its place stays there.
-- A claim with a check under way is left out: the end of that check plans the next one. A check that may confirm a change
-- stays.
local now, limit = now_ms(), tonumber(args.limit)
local before = redis.call('HMGET', LOOKS, 'per_day', 'walked_for', 'place')
local budget = args.per_day ~= '0' and args.per_day or false
if budget then redis.call('HSET', LOOKS, 'per_day', budget) else redis.call('HDEL', LOOKS, 'per_day') end
local factor, place = find_stretch(), before[3]
local seen = tonumber(before[2] or 1)
if budget ~= before[1] or math.abs(factor - seen) > seen / 10 then
  place = '0'
  redis.call('HSET', LOOKS, 'walked_for', string.format('%.3f', factor), 'place', place)
end
if not place then return 0 end

local function move(id)
  local key = CLAIM .. id
  local claim = redis.call('HMGET', key, 'status', 'every_ms', 'next_ms', 'requested_ms', 'check', 'hours', 'paused',
    'regular_ms', 'corrected_by')
  if not claim[2] or claim[9] then return 0 end
  count_looks(key)
  local at = tonumber(claim[3])
  if claim[7] or claim[8] or not is_finished(claim[1]) or not at or at <= now then return 0 end
  local hours, was = read_hours(claim[6]), redis.call('HGET', key, 'stretch')
  local every = stretch(key, tonumber(claim[2]), hours)
  local planned = within_period(math.max(at, claim[4] + every), every, hours, now)
  planned = find_room(fit_time(hours, planned, now), every, hours, now, at)
  if was ~= redis.call('HGET', key, 'stretch') then touch(key) end
  if math.abs(planned - at) <= every / 10 then return 0 end
  redis.call('HSET', key, 'next_ms', planned)
  put_due(item('gather', id, claim[5] + 1), planned)
  touch(key)
  return 1
end

local moved = 0
local found = redis.call('ZRANGE', CLAIMS, '(' .. place, '+inf', 'BYSCORE', 'LIMIT', 0, limit, 'WITHSCORES')
for i = 1, #found, 2 do moved = moved + move(found[i]) end
if #found < 2 * limit then
  redis.call('HDEL', LOOKS, 'place')
else
  redis.call('HSET', LOOKS, 'place', found[#found])
end
return moved
