#!lua flags=allow-oom
-- Make items ready whose time has come. Returns how many could be taken from each queue of ARGV.
local counts = {}
promote(now_ms())
for i, queue in ipairs(ARGV) do
  counts[i] = count_ready(queue)
  if is_ahead(queue) then
    local line = queue .. ':0'
    local fresh = find_fresh(line)
    counts[i] = fresh and redis.call('ZCARD', ITEMS .. line .. ':' .. fresh) or 0
  end
end
return counts
