#!lua flags=allow-oom
-- needs: attempts, clock, failures, index, items, queue, schedule, versions
-- arguments: queue, token, ttl_ms, attempts_max, code, detail
-- Lease the next item of a queue. Arguments: queue, token, ttl in ms, maximum number of attempts, code
-- and text of the error after the last attempt, to which the last known cause is added.
-- Returns {stage, id, check, number of the attempt, ms since the item was first postponed, id of the
-- request that asked for it or ''}, or nothing when no item is ready.
--
-- Order: class 0 before 1 before 2, but every eighth take goes to a lower class, so that none
-- starves. Within a class submissions take turns, one item per turn: alternately the newest
-- submission and the one that has waited longest for a turn. So a new submission starts soon even
-- behind a long queue, and old ones continue at half the rate. While fetching is far
-- enough ahead of the judge, only the newest submission of people is fetched, and only if it is
-- newer than all before.
--
-- Many workers at once: the first to run gets the item, the next one gets another item.
-- Reply lost, call repeated: the token finds the item that it leased; that lease is confirmed, and
-- no second attempt is counted. Lease lost meanwhile: the caller takes another item as usual.
-- Worker dies after this: the lease runs out. An item that kills every worker would do so for ever;
-- the fourth time it is marked failed instead of leased, and the next item is taken.
local queue, token, now = args.queue, args.token, now_ms()

local function answer(member, key)
  local stage, id, check = split(member)
  local seen = redis.call('HMGET', key, 'attempts', 'postponed_ms', 'request')
  return {stage, id, tonumber(check), tonumber(seen[1]), now - (seen[2] or now), seen[3] or ''}
end

local function choose_turn()
  if is_ahead(queue) then return queue .. ':0', find_fresh(queue .. ':0') end
  local lines = {}
  for class = 0, CLASSES - 1 do
    local line = queue .. ':' .. class
    if redis.call('EXISTS', NEWEST .. line) == 1 then lines[#lines + 1] = line end
  end
  local line = lines[1]
  if not line then return end
  if lines[2] then
    local takes = redis.call('HINCRBY', TAKES, queue, 1)
    if takes % 8 == 0 then line = lines[2 + takes / 8 % (#lines - 1)] end
  end
  if redis.call('HINCRBY', TAKES, line, 1) % 2 == 1 then
    return line, redis.call('ZRANGE', NEWEST .. line, 0, 0, 'REV')[1]
  end
  return line, redis.call('ZRANGE', ROTATION .. line, 0, 0)[1]
end

local function choose()
  local line, submission = choose_turn()
  if not submission then return nil end
  if line == 'fetch:0' then
    local serial = redis.call('ZSCORE', NEWEST .. line, submission)
    local before = redis.call('HGET', TAKES, 'newest') or 0
    redis.call('HSET', TAKES, 'newest', math.max(serial, before))
  end
  redis.call('ZADD', ROTATION .. line, redis.call('INCR', ORDER), submission)
  return redis.call('ZRANGE', ITEMS .. line .. ':' .. submission, 0, 0)[1]
end

-- Returns true, or false when the item was marked failed instead.
local function lease(member, stage, id, check, key)
  -- A check on schedule begins here: until now it was only planned.
  if stage == 'gather' and tonumber(check) > tonumber(redis.call('HGET', key, 'check')) then
    start_planned(key, check, now, redis.call('ZSCORE', DUE, member))
  end
  if redis.call('HINCRBY', key, 'attempts', 1) > tonumber(args.attempts_max) then
    drop(member)
    local cause = redis.call('HGET', key, 'cause')
    local detail = cause and args.detail .. ': ' .. cause or args.detail
    fail(stage, key, id, cjson.encode({code = args.code, detail = detail}), now)
    return false
  end
  put_lease(member, now + args.ttl_ms)
  redis.call('HSET', key, 'token', token, 'taken_ms', now)
  redis.call('SET', TAKEN .. token, member, 'PX', args.ttl_ms)
  local waited = forget_source(key)
  if stage == 'gather' and redis.call('HGET', key, 'status') ~= 'gathering' then
    set_facet(key, 'status', 'gathering')
    touch(key)
  elseif waited then
    touch(key)
  end
  return true
end

local taken = redis.call('GET', TAKEN .. token)
if taken then
  local stage, id = split(taken)
  local key = record_key(stage, id)
  if holds(key, taken, token) then return answer(taken, key) end
end
promote(now)
for _ = 1, 100 do
  local member = choose()
  if not member then return false end
  local stage, id, check = split(member)
  local key = record_key(stage, id)
  if lease(member, stage, id, check, key) then return answer(member, key) end
end
return false
