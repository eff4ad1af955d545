#!lua flags=no-writes
-- needs: clock, looks, queue
-- arguments: queues...
-- The numbers of /metrics in one consistent reading. Returns {counters and their values, lines, items
-- planned for later, items leased, articles, claims, workers of each queue, {budget of looks or '', looks a day
-- that the schedules plan, looks of today}}; a line is {queue,
-- priority, number ready, ms since the oldest of them became due}. In the queue of deliveries webhooks
-- wait, all with the same priority.
local now, lines, workers = now_ms(), {}, {}
for i, queue in ipairs(args.queues) do
  for class = 0, CLASSES - 1 do
    local line = queue .. ':' .. class
    local oldest = redis.call('ZRANGE', WAITING .. line, 0, 0, 'WITHSCORES')[2]
    lines[#lines + 1] = {queue, PRIORITIES[class], tonumber(redis.call('HGET', READY, line) or 0),
      math.max(0, now - (oldest or now))}
  end
  if queue == 'deliver' then
    local oldest = redis.call('ZRANGE', DELIVER_AT, 0, 0, 'WITHSCORES')[2]
    local line = lines[#lines + 1 - CLASSES]
    line[3] = redis.call('ZCOUNT', DELIVER_AT, '-inf', now)
    line[4] = math.max(0, now - (oldest or now))
  end
  workers[i] = redis.call('ZCOUNT', CONSUMERS .. queue, now, '+inf')
end
return {redis.call('HGETALL', COUNTERS), lines, redis.call('ZCARD', LATER),
  redis.call('ZCARD', LEASE), redis.call('ZCARD', ARTICLES), redis.call('ZCARD', CLAIMS), workers, read_looks(now)}
