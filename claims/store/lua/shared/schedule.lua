-- needs: attempts, confirmation, counters, events, hours, items, looks, queue, versions
-- When claims are checked.

-- `base` is when this check was planned (on schedule) or requested (by hand). Counting the next
-- check from there, and not from the end of this one, keeps a schedule from drifting. It is false for a
-- check that reads no source again, which does not change the time of the next one.
local function start_check(key, check, now, base)
  redis.call('HDEL', key, 'fresh_ms')
  redis.call('HSET', key, 'check', check, 'requested_ms', now, 'attempts', 0)
  redis.call('HDEL', key, 'error', 'searched', 'cause', 'cancelled', 'request', 'asks_reader')
  end_waiting(key)
  local plan = redis.call('HMGET', key, 'every_ms', 'regular_ms', 'hours', 'paused')
  if plan[1] and base and not plan[4] then
    redis.call('HSET', key, 'next_ms', plan[2] or fit_time(read_hours(plan[3]), base + plan[1], now))
    redis.call('HDEL', key, 'regular_ms')
  end
end

-- Start a check on schedule, planned for `planned`. It takes pages as others have fetched them since then, or up to a
-- tenth of its period (six hours at most) before: one look at a page serves all claims that are due at about that
-- time, also if they wait. A check that may confirm a change takes no page that was fetched before it was planned for.
local SHARED, SHARED_MAX = 0.1, 6 * HOUR
local function start_planned(key, check, now, planned)
  local claim = redis.call('HMGET', key, 'every_ms', 'regular_ms', 'held_from')
  local shared = 0
  if claim[1] and not claim[2] and not claim[3] then shared = math.min(claim[1] * SHARED, SHARED_MAX) end
  start_check(key, check, now, planned)
  count('looks', (claim[2] or claim[3]) and 'confirming' or 'regular')
  count_look(now)
  redis.call('HSET', key, 'fresh_ms', string.format('%.0f', math.min(planned, now) - shared))
end

-- The time of the next check on schedule: at most one period from now, and with `hours` a day more. A later time
-- was planned by a clock that was ahead and has been set back.
local function within_period(at, every, hours, now)
  if at <= now + every + (hours and DAY or 0) then return at end
  return now + 1 + (at - now - 1) % every
end

-- The first check of a schedule, counted from the last check; now if that time is past.
local function find_first(requested, every, hours, now)
  return fit_time(hours, math.max(now, within_period(requested + every, every, hours, now)), now)
end

-- Whether the claim's last check has ended: only a planned one may be due.
local function is_finished(status)
  return status == 'judged' or status == 'failed'
end

-- The fields of a schedule beside `every`, its first one; without a value they are missing.
local PLAN = {'every_ms', 'until_ms', 'adaptive', 'reason', 'hours', 'paused'}

-- Set the period of an adaptive schedule, counted from now. A check without a verdict keeps the last period.
local function adapt_schedule(key, every, every_ms, reason, now)
  if every == '' or redis.call('HEXISTS', key, 'adaptive') == 0 then return end
  redis.call('HSET', key, 'every', every, 'every_ms', every_ms, 'next_ms', now + every_ms, 'reason', reason)
end

-- A change that waits for a further check is announced: none will follow. `is_silent`: that of the schedule is not.
local function drop_schedule(key, id, is_silent)
  redis.call('HDEL', key, 'every', 'next_ms', 'regular_ms', 'from_tag', 'from_plan', 'stretch', 'budget', unpack(PLAN))
  count_looks(key)
  announce_held(key, id)
  if not is_silent then announce('schedule.changed', id) end
end

-- The time of a check that was planned for `at`, which may be beyond the end of its schedule because its period is
-- stretched: then it takes place at the end, so that a stretched schedule has its last check.
local function end_in_time(at, ends, hours, now)
  if not ends or at <= ends or ends <= now then return at end
  local last = fit_time(hours, ends - (hours and hours.at and SLACK or 0), now)
  return last <= ends and last or at
end

local function plan_check(key, member, at)
  leave(member)
  redis.call('HSET', key, 'class', SCHEDULED)
  put_due(member, at)
end

-- The time of the next check: the regular one, which is kept, or an earlier one that confirms a change. A
-- schedule of an hour or less is soon enough.
local function find_next_time(key, id, at, every, hours, now)
  redis.call('HDEL', key, 'regular_ms')
  local soon = every > HOUR and find_confirming_time(key, id, now)
  if soon then soon = leave_quiet(hours, soon) end
  if not soon or soon >= at then return at end
  redis.call('HSET', key, 'regular_ms', at)
  return soon
end

-- Give a claim the schedule `plan`: the values of `every` and of PLAN by name, '' for none. Returns the time of
-- the next check, '' while the schedule pauses.
local function set_plan(key, id, plan, now)
  local claim = redis.call('HMGET', key, 'status', 'check', 'requested_ms')
  local member, every = item('gather', id, claim[2] + 1), tonumber(plan.every_ms)
  redis.call('HSET', key, 'every', plan.every)
  redis.call('HDEL', key, 'from_tag', 'from_plan', 'stretch', 'budget', unpack(PLAN))
  for _, name in ipairs(PLAN) do
    if plan[name] ~= '' then redis.call('HSET', key, name, plan[name]) end
  end
  count_looks(key)
  if plan.paused ~= '' then
    redis.call('HDEL', key, 'next_ms', 'regular_ms')
    announce_held(key, id)
    if is_finished(claim[1]) then drop(member) end
    return ''
  end
  local hours = read_hours(plan.hours)
  local ends = tonumber(plan.until_ms)
  every = stretch(key, every, hours)
  local at = find_first(claim[3], every, hours, now)
  at = find_room(at, every, hours, now, tonumber(redis.call('ZSCORE', DUE, member) or ''))
  at = end_in_time(at, ends, hours, now)
  if is_finished(claim[1]) then at = find_next_time(key, id, at, every, hours, now) end
  redis.call('HSET', key, 'next_ms', at)
  if is_finished(claim[1]) then plan_check(key, member, at) end
  return at
end

-- Announce the schedule that a claim has now.
local function announce_plan(id, plan, at, tag)
  announce('schedule.changed', id, 'every', plan.every, 'next_ms', at, 'until_ms', plan.until_ms,
    'adaptive', plan.adaptive, 'reason', plan.reason, 'hours', plan.hours, 'paused', plan.paused, 'from_tag', tag)
end

-- The schedule of the first of a claim's tags that has one, as JSON: its own tags come before those of its article.
local function find_tag_schedule(own, inherited)
  for tag in string.gmatch((own or '') .. '\n' .. (inherited or ''), '[^\n]+') do
    local found = redis.call('HGET', TAG_SCHEDULES, tag)
    if found then return found end
  end
end

-- Give a claim without a schedule of its own that of its tags, or take away one that they do not give any more. Called
-- when a claim is new, and when its tags, its own schedule or that of a tag have changed. `is_silent`: its schedule
-- is not announced, because the claim is new, or because tag.scheduled says it once for all claims with the tag.
local function follow_tags(key, id, now, is_silent)
  local claim = redis.call('HMGET', key, 'status', 'corrected_by', 'every_ms', 'from_plan', 'tag', 'article_tag',
    'requested_ms', 'check')
  if not claim[1] or claim[2] or claim[3] and not claim[4] then return end
  local text = find_tag_schedule(claim[5], claim[6])
  local plan = text and cjson.decode(text)
  local ends = plan and plan.paused == '' and tonumber(plan.until_ms)
  if ends and find_first(claim[7], tonumber(plan.every_ms), read_hours(plan.hours), now) > ends then plan = nil end
  local digest = plan and redis.sha1hex(text)
  if (claim[4] or nil) == digest then return end
  if plan then
    local at = set_plan(key, id, plan, now)
    redis.call('HSET', key, 'from_tag', plan.tag, 'from_plan', digest)
    if not is_silent then announce_plan(id, plan, at, plan.tag) end
  else
    drop_schedule(key, id, is_silent)
    if is_finished(claim[1]) then drop(item('gather', id, claim[8] + 1)) end
  end
  touch(key)
end

-- The time of the first check after now: periods that are past are skipped.
local function find_following(at, every, hours, now)
  if at <= now then at = at + every * math.ceil((now + 1 - at) / every) end
  return fit_time(hours, within_period(at, every, hours, now), now)
end

-- Periods that passed while the check ran are skipped; they are not made up for. A schedule that pauses has no
-- next check, and a change that waits for one is announced.
local function plan_next_check(key, id, now)
  local plan = redis.call('HMGET', key, 'every_ms', 'next_ms', 'until_ms', 'check', 'hours', 'paused', 'requested_ms')
  if not plan[1] then return end
  count_looks(key)
  if plan[6] then
    redis.call('HDEL', key, 'next_ms', 'regular_ms')
    return announce_held(key, id)
  end
  local every, at, hours = tonumber(plan[1]), tonumber(plan[2]), read_hours(plan[5])
  local ends, is_before_end = tonumber(plan[3]), false
  if ends then is_before_end = find_following(at, every, hours, now) <= ends end
  local stretched = stretch(key, every, hours)
  if stretched > every then at = math.max(at, plan[7] + stretched) end
  at = find_room(find_following(at, stretched, hours, now), stretched, hours, now)
  if is_before_end then at = end_in_time(at, ends, hours, now) end
  at = find_next_time(key, id, at, stretched, hours, now)
  if ends and at > ends then
    drop_schedule(key, id)
    return follow_tags(key, id, now)
  end
  redis.call('HSET', key, 'next_ms', at)
  plan_check(key, item('gather', id, plan[4] + 1), at)
end
