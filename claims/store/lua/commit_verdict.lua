#!lua flags=allow-oom
-- Store a verdict, append it to the history, announce it if it is the first or has another label
-- than the last, finish the claim and plan its next check.
-- ARGV: claim id, check, token, verdict, label, history entry, the verdict packed, what an event
-- says of it, its time in ms, its confidence, the facet site (of the pages that it cites), ms spent in
-- the judge, then the sha256 of each of these pages. Returns 1, or 0 when the lease was lost or the check already has a
-- verdict.
--
-- Two workers judge the same check (the first one's lease ran out): only one token is valid; the
-- other worker gets 0 and discards its verdict, so a check has exactly one.
-- Worker dies after this, before acknowledging its message: the redelivered message finds the
-- item in neither set.
-- Re-check requested while this check is judged: it got this check's number; requested after
-- this: it gets the next number.
-- A verdict that is carried over cites pages as an earlier check read them. The check that this one
-- replaces still refers to them; this script adds references of this check before that one may be
-- deleted.
local id, check = ARGV[1], ARGV[2]
local key, member = CLAIM .. id, item('judge', id, check)
if not holds(key, member, ARGV[3]) then return 0 end
local now = now_ms()
local before = redis.call('HMGET', key, 'verdict_check', 'label', 'article', 'class', 'requested_ms')
if before[1] and tonumber(before[1]) >= tonumber(check) then return 0 end
redis.call('HSET', key, 'verdict', ARGV[4], 'verdict_check', check)
set_facet(key, 'label', ARGV[5])
set_facet(key, 'site', ARGV[11])
local start, serial = find_row(key)
redis.call('ZADD', start .. 'checked', ARGV[9], serial)
redis.call('ZADD', start .. 'confidence', ARGV[10], serial)
redis.call('RPUSH', HISTORY .. id, ARGV[6])
redis.call('HSET', VERDICTS .. id, check, ARGV[7])
for i = 13, #ARGV do cite(id, check, ARGV[i]) end
if before[1] then redis.call('ZADD', SUPERSEDED, now, id .. ':' .. before[1]) end
if before[3] then
  if before[2] then redis.call('HINCRBY', ARTICLE .. before[3], before[2], -1) end
  redis.call('HINCRBY', ARTICLE .. before[3], ARGV[5], 1)
  set_labels(ARTICLE .. before[3])
end
if not before[1] then
  announce('verdict.created', id, 'check', check, 'data', ARGV[8])
elseif before[2] ~= ARGV[5] then
  redis.call('HSET', key, 'changed_from', before[2], 'changed_check', check, 'changed_ms', ARGV[9])
  announce('verdict.changed', id, 'check', check, 'before', before[2], 'data', ARGV[8])
end
drop(member)
count('judged', ARGV[5])
add_to('judge', ARGV[12])
observe(now - before[5], 'check', PRIORITIES[tonumber(before[4] or 0)])
end_attempt(key, 'judge', 'committed', now)
finish_claim(key, id, 'judged', now)
return 1
