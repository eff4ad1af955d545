#!lua flags=allow-oom
-- Make those items ready whose time has come. Gives how many are ready in each queue of ARGV.
local counts = {}
promote(now_ms())
for i, queue in ipairs(ARGV) do
  counts[i] = 0
  for class = 0, CLASSES - 1 do
    counts[i] = counts[i] + (redis.call('HGET', READY, queue .. ':' .. class) or 0)
  end
end
return counts
