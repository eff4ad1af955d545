-- needs: events, queue
-- Verdicts with another label that are confirmed by a further check before they are announced. A claim whose
-- change waits has the label that was announced last (held_from), the check that found the change (held_check,
-- held_ms), its event (held_data), how many checks must still confirm it (held_needs) and how many checks have
-- looked since (held_looks). A change that was taken back within a week makes the next one need more.

local HOUR, WEEK = 3600000, 604800000
local HELD = {'held_from', 'held_check', 'held_ms', 'held_data', 'held_needs', 'held_looks'}

-- Announce the change that waits, if one does: it is confirmed, or no check on schedule will confirm it.
local function announce_held(key, id)
  local held = redis.call('HMGET', key, 'held_from', 'held_check', 'held_data')
  if not held[1] then return end
  redis.call('HDEL', key, unpack(HELD))
  announce('verdict.changed', id, 'check', held[2], 'before', held[1], 'data', held[3])
end

local function count_flaps(key, now)
  local flaps = redis.call('HMGET', key, 'flaps', 'flapped_ms')
  return flaps[2] and now - flaps[2] < WEEK and tonumber(flaps[1]) or 0
end

-- Hold or announce the label of a check, after `last`, that of the check before. Only a check on schedule holds
-- a change: whoever asks for a check is told at once.
local function confirm_label(key, id, check, last, label, data, at, now)
  local claim = redis.call('HMGET', key, 'held_from', 'class', 'every_ms')
  local is_planned = tonumber(claim[2]) == SCHEDULED and claim[3]
  local told = claim[1] or last
  if label == told then
    if claim[1] then
      redis.call('HSET', key, 'flaps', count_flaps(key, now) + 1, 'flapped_ms', now)
      redis.call('HDEL', key, unpack(HELD))
    end
  elseif claim[1] and label == last then
    local needs = redis.call('HINCRBY', key, 'held_needs', -1)
    redis.call('HINCRBY', key, 'held_looks', 1)
    if needs <= 0 or not is_planned then announce_held(key, id) end
  elseif is_planned then
    local looks = claim[1] and redis.call('HINCRBY', key, 'held_looks', 1) or 0
    redis.call('HSET', key, 'held_from', told, 'held_check', check, 'held_ms', at, 'held_data', data,
      'held_needs', 1 + math.min(3, count_flaps(key, now)), 'held_looks', looks)
  else
    redis.call('HDEL', key, unpack(HELD))
    announce('verdict.changed', id, 'check', check, 'before', told, 'data', data)
  end
end

-- The time of the check that may confirm a change, nil when none waits: after 15 to 60 minutes, and each
-- further one after four times as long. The time differs by claim, so that a page that serves many is not
-- asked by all at once.
local function find_confirming_time(key, id, now)
  local held = redis.call('HMGET', key, 'held_from', 'held_check', 'held_looks')
  if not held[1] then return end
  local part = tonumber(string.sub(redis.sha1hex(id .. held[2]), 1, 8), 16) % 1000 / 1000
  return now + math.floor(HOUR * (0.25 + 0.75 * part)) * 4 ^ math.min(4, tonumber(held[3]))
end
