#!lua flags=allow-oom
-- needs: attempts, clock, items, queue
-- arguments: stage, id, check, token, delay_ms, cause
-- Return a leased item to due. Arguments: stage, id, check, token, delay in ms, cause in words.
-- Returns 'done' | 'lost' (then the item is due or has another holder, and this delay does not apply).
local member, key = item(args.stage, args.id, args.check), record_key(args.stage, args.id)
if not holds(key, member, args.token) then return 'lost' end
redis.call('HSET', key, 'cause', args.cause)
local now = now_ms()
end_attempt(key, args.stage, 'put-back', now)
put_due(member, now + args.delay_ms)
return 'done'
