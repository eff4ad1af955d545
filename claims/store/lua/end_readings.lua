#!lua flags=allow-oom
-- Let the judge's verdict stand for claims that have waited for a reader, while no worker reads. ARGV: ms
-- that a claim waits, maximum number of claims. Returns their number.
--
-- The reader was switched off, or its worker does not start: nothing else would end these checks.
-- Worker starts at the same time: what it has leased is in no line, and is left to it.
-- Two callers at once, or the call repeated: the second finds those that are left.
local now, left = now_ms(), tonumber(ARGV[2])
if redis.call('ZCOUNT', CONSUMERS .. 'read', now, '+inf') > 0 then return 0 end
promote(now)
for class = 0, CLASSES - 1 do
  local line = WAITING .. 'read:' .. class
  local waiting = redis.call('ZRANGE', line, '-inf', now - ARGV[1], 'BYSCORE', 'LIMIT', 0, left)
  for _, member in ipairs(waiting) do
    local stage, id, check = split(member)
    drop(member)
    end_attempt(CLAIM .. id, stage, 'given-up', now)
    conclude_provisional(CLAIM .. id, id, check, now)
  end
  left = left - #waiting
end
return ARGV[2] - left
