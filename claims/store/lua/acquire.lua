#!lua flags=allow-oom
-- Lease an item. ARGV: stage, id, check, token, ttl in ms, most attempts, code and words when
-- exhausted, to which the cause of the last attempt that said one is added.
-- Gives {number of the attempt, ms since the item was first postponed}, or nothing when there is
-- nothing to do.
--
-- One message delivered to five workers: the first to run moves the item from DUE to LEASE, the
-- others find a live lease of another token and get nothing.
-- Message older than the item's state (stage committed, check finished, number outdated): the
-- item is in neither set, since each commit takes it out in the step that writes its result.
-- Message that comes before the item's time (it was put back with a delay and an old duplicate
-- arrives): refused, the sweep rings when it is time.
-- Reply lost, call repeated: the lease carries the caller's own token, it is confirmed and no
-- second attempt is counted.
-- Lease ran out, not yet reaped: taken over here, with a new token.
-- Worker dies after this: the lease runs out. An item that kills every worker that takes it
-- would do so for ever; the fourth time it is failed instead of handed out.
local stage, id, check, token = ARGV[1], ARGV[2], ARGV[3], ARGV[4]
local member, key, now = item(stage, id, check), record_key(stage, id), now_ms()
local function answer(attempt)
  return {tonumber(attempt), now - (redis.call('HGET', key, 'postponed_ms') or now)}
end
local expires = redis.call('ZSCORE', LEASE, member)
if expires then
  if redis.call('HGET', key, 'token') == token then
    return answer(redis.call('HGET', key, 'attempts'))
  end
  if tonumber(expires) > now then return false end
else
  local at = redis.call('ZSCORE', DUE, member)
  if not at or tonumber(at) > now then return false end
  -- A check on schedule begins here: until now it was only planned.
  if stage == 'gather' and tonumber(check) > tonumber(redis.call('HGET', key, 'check')) then
    start_check(key, check, now, at)
  end
end
local attempt = redis.call('HINCRBY', key, 'attempts', 1)
if attempt > tonumber(ARGV[6]) then
  drop(member)
  local cause = redis.call('HGET', key, 'cause')
  local detail = cause and ARGV[8] .. ': ' .. cause or ARGV[8]
  fail(stage, key, id, cjson.encode({code = ARGV[7], detail = detail}), now)
  return false
end
put_lease(member, now + ARGV[5])
redis.call('HSET', key, 'token', token)
local waited = forget_source(key)
if stage == 'gather' and redis.call('HGET', key, 'status') ~= 'gathering' then
  redis.call('HSET', key, 'status', 'gathering')
  touch(key)
elseif waited then
  touch(key)
end
return answer(attempt)
