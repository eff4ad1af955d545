-- needs: events, queue, reviews
-- Verdicts with another label or another deciding passage that are confirmed by a further check before they are
-- announced. A claim whose change waits has the label that was announced last (held_from), the check that found
-- the change (held_check, held_ms), its event (held_data), its deciding passage (held_passage), how many checks
-- must still confirm it (held_needs) and how many checks have looked since (held_looks). A change that was taken
-- back within a week makes the next one need more. `told_passage` is the digest of the passage that decided the
-- verdict when it was announced last, '' for none.

local HOUR, WEEK = 3600000, 604800000
local HELD = {'held_from', 'held_check', 'held_ms', 'held_data', 'held_passage', 'held_needs', 'held_looks'}

-- The deciding passages of a verdict, as `conclude` gets them: whether a page has changed in one, the digest of
-- the first ('' for none), and the set of all.
local function read_passages(text)
  local found = {is_edited = string.sub(text or '', 1, 2) == '1\n', first = '', all = {}}
  for digest in string.gmatch(text or '', '\n([^\n]+)') do
    if found.first == '' then found.first = digest end
    found.all[digest] = true
  end
  return found
end

-- Announce the change that waits, if one does: it is confirmed, or no check on schedule will confirm it.
local function announce_held(key, id)
  local held = redis.call('HMGET', key, 'held_from', 'held_check', 'held_data', 'held_passage')
  if not held[1] then return end
  redis.call('HDEL', key, unpack(HELD))
  redis.call('HSET', key, 'told_passage', held[4] or '')
  look_at_sign_off(id)
  announce('verdict.changed', id, 'check', held[2], 'before', held[1], 'data', held[3])
end

local function count_flaps(key, now)
  local flaps = redis.call('HMGET', key, 'flaps', 'flapped_ms')
  return flaps[2] and now - flaps[2] < WEEK and tonumber(flaps[1]) or 0
end

-- The verdict is the one that was announced last. A change that waited was taken back. If other passages decide
-- it although no page has changed in one, these are the passages from now on.
local function keep_told(key, passages, is_held, told, now)
  if is_held then
    redis.call('HSET', key, 'flaps', count_flaps(key, now) + 1, 'flapped_ms', now)
    redis.call('HDEL', key, unpack(HELD))
  end
  if not passages.all[told] then redis.call('HSET', key, 'told_passage', passages.first) end
end

-- Let a change wait for the next check.
local function hold(key, found, passage, told, is_held, now)
  local looks = is_held and redis.call('HINCRBY', key, 'held_looks', 1) or 0
  redis.call('HSET', key, 'held_from', told, 'held_check', found.check, 'held_ms', found.at,
    'held_data', found.data, 'held_passage', passage,
    'held_needs', 1 + math.min(3, count_flaps(key, now)), 'held_looks', looks)
end

-- Hold or announce the verdict of a check, `found`: its number, label, event and time. `last` is the label of the
-- check before, nil for the first. Only a check on schedule holds a change: whoever asks for a check is told at
-- once. A passage is another one when the passage that was announced last is no evidence any more and a page has
-- changed in a deciding sentence: passages that only rank differently are no change.
local function confirm_verdict(key, id, found, passages, last, now)
  local claim = redis.call('HMGET', key, 'held_from', 'class', 'every_ms', 'told_passage')
  if not last then return redis.call('HSET', key, 'told_passage', passages.first) end
  local is_planned = tonumber(claim[2]) == SCHEDULED and claim[3]
  local told, passage = claim[1] or last, claim[4] or ''
  local holds_passage = claim[1] == last
  local is_lost = passage ~= '' and passages.first ~= '' and not passages.all[passage]
  if found.label == told and not (is_lost and (passages.is_edited or holds_passage)) then
    keep_told(key, passages, claim[1], passage, now)
  elseif claim[1] and found.label == last and not (found.label == told and passages.is_edited) then
    local needs = redis.call('HINCRBY', key, 'held_needs', -1)
    redis.call('HINCRBY', key, 'held_looks', 1)
    if needs <= 0 or not is_planned then announce_held(key, id) end
  elseif is_planned then
    hold(key, found, passages.first, told, claim[1], now)
  else
    redis.call('HDEL', key, unpack(HELD))
    redis.call('HSET', key, 'told_passage', passages.first)
    announce('verdict.changed', id, 'check', found.check, 'before', told, 'data', found.data)
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
