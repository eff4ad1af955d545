#!lua flags=allow-oom
-- needs: clock, fetching, hours, items, looks, queue, schedule, versions
-- arguments: tolerance_ms, longest_ms
-- Detect that the server's clock went back, and move back the times that were planned while it was
-- ahead. Arguments: ms that a clock may go back without this, maximum ms of a lease, a heartbeat or a
-- delay. Returns the ms that the clock went back, usually 0.
--
-- Times that the present clock could have planned are not changed. A live worker's lease that ends here:
-- its commit is refused, and the item is done again. Two callers at once, or the call repeated: the
-- second finds the present time recorded. Clock set back again while it is ahead: the next call detects
-- that.
local now, longest = now_ms(), tonumber(args.longest_ms)
local back = tonumber(redis.call('GET', CLOCK) or 0) - now
redis.call('SET', CLOCK, now)
if back <= tonumber(args.tolerance_ms) then return 0 end
local limit = '(' .. now + longest
for _, key in ipairs({LEASE, DELIVERING}) do
  for _, member in ipairs(redis.call('ZRANGE', key, limit, '+inf', 'BYSCORE')) do
    redis.call('ZADD', key, now, member)  -- reap.lua ends it
  end
end
for _, url in ipairs(redis.call('HKEYS', FETCHING)) do
  local _, expires = read_right(url)
  if expires > now + longest then redis.call('HDEL', FETCHING, url) end
end
local beats = {WORKERS, JUDGES, CONSUMERS .. 'fetch', CONSUMERS .. 'score', CONSUMERS .. 'read',
  CONSUMERS .. 'deliver'}
for _, key in ipairs(beats) do redis.call('ZREMRANGEBYSCORE', key, limit, '+inf') end
local later = redis.call('ZRANGE', LATER, now, '+inf', 'BYSCORE', 'WITHSCORES')
for i = 1, #later, 2 do
  local member, at = later[i], tonumber(later[i + 1])
  local stage, id = split(member)
  local key = record_key(stage, id)
  local plan = redis.call('HMGET', key, 'every_ms', 'next_ms', 'status', 'hours')
  if plan[1] and tonumber(plan[2]) == at and is_finished(plan[3]) then
    local hours = read_hours(plan[4])
    local every = stretch(key, tonumber(plan[1]), hours)
    local near = fit_time(hours, within_period(at, every, hours, now), now)
    if near ~= at then
      redis.call('HSET', key, 'next_ms', near)
      put_due(member, near)
      touch(key)
    end
  elseif at > now + longest then
    put_due(member, now)
  end
end
for _, id in ipairs(redis.call('ZRANGE', WEBHOOKS, 0, -1)) do
  local waits = redis.call('ZSCORE', DELIVER_AT, id)
  if waits and waits ~= 'inf' and tonumber(waits) > now then
    redis.call('ZADD', DELIVER_AT, math.max(now, waits - back), id)
  end
  local pending = redis.call('ZRANGE', PENDING .. id, now, '+inf', 'BYSCORE', 'WITHSCORES')
  for i = 1, #pending, 2 do
    redis.call('ZADD', PENDING .. id, math.max(now, pending[i + 1] - back), pending[i])
  end
end
for _, id in ipairs(redis.call('ZRANGE', SIGNED, '(' .. now + 86400000, '+inf', 'BYSCORE')) do
  redis.call('ZADD', SIGNED, now, id)  -- a sign-off is compared once a day
end
return back
