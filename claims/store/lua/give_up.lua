#!lua flags=allow-oom
-- needs: attempts, clock, failures, items, queue
-- arguments: stage, id, check, token, error
-- Mark a leased item failed now, and announce it. Returns 'done' | 'lost': the failure of an earlier
-- holder must not overwrite the result of a later one.
local stage, id = args.stage, args.id
local member, key = item(stage, id, args.check), record_key(stage, id)
if not holds(key, member, args.token) then return 'lost' end
local now = now_ms()
drop(member)
end_attempt(key, stage, 'given-up', now)
fail(stage, key, id, args.error, now)
return 'done'
