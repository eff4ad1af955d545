#!lua flags=no-writes
-- The numbers of /metrics in one consistent reading. Returns {counters and their values, lines, items
-- planned for later, items leased, articles, claims, workers of each queue of ARGV}; a line is {queue,
-- priority, number ready, ms since the oldest of them became due}.
local now, lines, workers = now_ms(), {}, {}
for i, queue in ipairs(ARGV) do
  for class = 0, CLASSES - 1 do
    local line = queue .. ':' .. class
    local oldest = redis.call('ZRANGE', WAITING .. line, 0, 0, 'WITHSCORES')[2]
    lines[#lines + 1] = {queue, PRIORITIES[class], tonumber(redis.call('HGET', READY, line) or 0),
      math.max(0, now - (oldest or now))}
  end
  workers[i] = redis.call('ZCOUNT', CONSUMERS .. queue, now, '+inf')
end
return {redis.call('HGETALL', COUNTERS), lines, redis.call('ZCARD', LATER),
  redis.call('ZCARD', LEASE), redis.call('ZCARD', ARTICLES), redis.call('ZCARD', CLAIMS), workers}
