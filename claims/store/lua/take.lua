#!lua flags=allow-oom
-- Lease the item of a queue whose turn it is. ARGV: queue, token, ttl in ms, most attempts, code
-- and words when exhausted, to which the cause of the last attempt that said one is added.
-- Gives {stage, id, check, number of the attempt, ms since the item was first postponed}, or
-- nothing when no item is ready.
--
-- Order: class 0 before 1 before 2, but every eighth take goes to a class further down, so that
-- none starves. Within a class submissions take turns: the one that was handed in last, and the one
-- that has waited longest for a turn, alternately; each gives one item. So what is new comes soon
-- however much waits before it, and what is old goes on at half the rate. While fetching is far
-- enough ahead of the judge only the newest submission of people is fetched for, if it is newer than
-- all before.
--
-- Many workers at once: whoever runs first gets the item and the next one another.
-- Reply lost, call repeated: the token says what it took, that lease is confirmed, and no second
-- attempt is counted. Lost that lease meanwhile: it takes another item like anybody else.
-- Worker dies after this: the lease runs out. An item that kills every worker that takes it
-- would do so for ever; the fourth time it is failed instead of handed out, and the next comes.
local queue, token, now = ARGV[1], ARGV[2], now_ms()

local function answer(member, key)
  local stage, id, check = split(member)
  local seen = redis.call('HMGET', key, 'attempts', 'postponed_ms')
  return {stage, id, tonumber(check), tonumber(seen[1]), now - (seen[2] or now)}
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

-- Gives true, or false when the item was failed instead.
local function lease(member, stage, id, check, key)
  -- A check on schedule begins here: until now it was only planned.
  if stage == 'gather' and tonumber(check) > tonumber(redis.call('HGET', key, 'check')) then
    start_check(key, check, now, redis.call('ZSCORE', DUE, member))
  end
  if redis.call('HINCRBY', key, 'attempts', 1) > tonumber(ARGV[4]) then
    drop(member)
    local cause = redis.call('HGET', key, 'cause')
    local detail = cause and ARGV[6] .. ': ' .. cause or ARGV[6]
    fail(stage, key, id, cjson.encode({code = ARGV[5], detail = detail}), now)
    return false
  end
  put_lease(member, now + ARGV[3])
  redis.call('HSET', key, 'token', token)
  redis.call('SET', TAKEN .. token, member, 'PX', ARGV[3])
  local waited = forget_source(key)
  if stage == 'gather' and redis.call('HGET', key, 'status') ~= 'gathering' then
    redis.call('HSET', key, 'status', 'gathering')
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
