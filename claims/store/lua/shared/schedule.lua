-- needs: attempts, confirmation, events, items, queue
-- When claims are checked.

-- `base` is when this check was planned (on schedule) or requested (by hand). Counting the next
-- check from there, and not from the end of this one, keeps a schedule from drifting. It is false for a
-- check that reads no source again, which does not change the time of the next one.
local function start_check(key, check, now, base)
  redis.call('HSET', key, 'check', check, 'requested_ms', now, 'attempts', 0)
  redis.call('HDEL', key, 'error', 'searched', 'cause', 'cancelled', 'request', 'asks_reader')
  end_waiting(key)
  local plan = redis.call('HMGET', key, 'every_ms', 'regular_ms')
  if plan[1] and base then
    redis.call('HSET', key, 'next_ms', plan[2] or base + plan[1])
    redis.call('HDEL', key, 'regular_ms')
  end
end

-- The time of the next check on schedule: at most one period from now. A later time was planned by a
-- clock that was ahead and has been set back.
local function within_period(at, every, now)
  if at <= now + every then return at end
  return now + 1 + (at - now - 1) % every
end

-- Whether the claim's last check has ended: only a planned one may be due.
local function is_finished(status)
  return status == 'judged' or status == 'failed'
end

-- Set the period of an adaptive schedule, counted from now. A check without a verdict keeps the last period.
local function adapt_schedule(key, every, every_ms, reason, now)
  if every == '' or redis.call('HEXISTS', key, 'adaptive') == 0 then return end
  redis.call('HSET', key, 'every', every, 'every_ms', every_ms, 'next_ms', now + every_ms, 'reason', reason)
end

-- A change that waits for a further check is announced: none will follow.
local function drop_schedule(key, id)
  redis.call('HDEL', key, 'every', 'every_ms', 'next_ms', 'regular_ms', 'until_ms', 'adaptive', 'reason')
  announce_held(key, id)
  announce('schedule.changed', id)
end

local function plan_check(key, member, at)
  leave(member)
  redis.call('HSET', key, 'class', SCHEDULED)
  put_due(member, at)
end

-- The time of the next check: the regular one, which is kept, or an earlier one that confirms a change. A
-- schedule of an hour or less is soon enough.
local function find_next_time(key, id, at, every, now)
  redis.call('HDEL', key, 'regular_ms')
  local soon = every > HOUR and find_confirming_time(key, id, now)
  if not soon or soon >= at then return at end
  redis.call('HSET', key, 'regular_ms', at)
  return soon
end

-- Periods that passed while the check ran are skipped; they are not made up for.
local function plan_next_check(key, id, now)
  local plan = redis.call('HMGET', key, 'every_ms', 'next_ms', 'until_ms', 'check')
  if not plan[1] then return end
  local every, at = tonumber(plan[1]), tonumber(plan[2])
  if at <= now then at = at + every * math.ceil((now + 1 - at) / every) end
  at = find_next_time(key, id, within_period(at, every, now), every, now)
  if plan[3] and at > tonumber(plan[3]) then return drop_schedule(key, id) end
  redis.call('HSET', key, 'next_ms', at)
  plan_check(key, item('gather', id, plan[4] + 1), at)
end
