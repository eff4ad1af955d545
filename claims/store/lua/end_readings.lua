#!lua flags=allow-oom
-- needs: attempts, clock, failures, items, queue, reading
-- arguments: after_ms, limit
-- End the wait of claims for a reader while no worker reads: the judge's verdict becomes theirs. Arguments:
-- ms that a claim waits, maximum number of claims. Returns their number. If no worker has read for that
-- long, claims that are judged from then on do not wait at all (commit_provisional.lua).
--
-- The reader was switched off, or its worker does not start: nothing else would end these checks.
-- Worker starts at the same time: an item that it has leased is in no line, and is not changed here.
-- Two callers at once, or the call repeated: the second finds the remaining claims.
local now, left = now_ms(), tonumber(args.limit)
if has_reader(now) then
  redis.call('DEL', UNREAD_FROM)
  return 0
end
-- After a long downtime the wait starts again, because the reader may start later than the judge.
local from = tonumber(redis.call('GET', UNREAD_FROM) or 0)
if from == 0 or from > now + args.after_ms then redis.call('SET', UNREAD_FROM, now + args.after_ms) end
redis.call('PEXPIRE', UNREAD_FROM, math.max(1, args.after_ms))
promote(now)
for class = 0, CLASSES - 1 do
  local line = WAITING .. 'read:' .. class
  local waiting = redis.call('ZRANGE', line, '-inf', now - args.after_ms, 'BYSCORE', 'LIMIT', 0, left)
  for _, member in ipairs(waiting) do
    local stage, id = split(member)
    drop(member)
    end_attempt(CLAIM .. id, stage, 'given-up', now)
    if redis.call('EXISTS', CLAIM .. id) == 1 then fail(stage, CLAIM .. id, id, nil, now) end
  end
  left = left - #waiting
end
return args.limit - left
