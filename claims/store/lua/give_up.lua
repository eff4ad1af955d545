#!lua flags=allow-oom
-- needs: attempts, clock, failures, items, queue
-- Mark a leased item failed now, and announce it. ARGV: stage, id, check, token, reason. Returns
-- 'done' | 'lost': the result of a later holder must not be overwritten by an earlier
-- one's failure.
local stage, id = ARGV[1], ARGV[2]
local member, key = item(stage, id, ARGV[3]), record_key(stage, id)
if not holds(key, member, ARGV[4]) then return 'lost' end
local now = now_ms()
drop(member)
end_attempt(key, stage, 'given-up', now)
fail(stage, key, id, ARGV[5], now)
return 'done'
