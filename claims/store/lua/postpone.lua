#!lua flags=allow-oom
-- needs: attempts, clock, items, queue, versions
-- arguments: stage, id, check, token, delay_ms, url, code
-- Return a leased item to due without counting an attempt. Arguments: stage, id, check, token, delay
-- in ms, address of the source that it waits for, code of the reason; both '' when it waits for a
-- reader. Returns 'done' | 'lost'.
--
-- Worker dies before this: the lease runs out, and that attempt counts.
-- Reply lost, call repeated: the lease is gone, the caller gets 'lost' and has nothing left to do.
-- Lease lost meanwhile: the attempt of the next holder must not be subtracted here.
local member, key, now = item(args.stage, args.id, args.check), record_key(args.stage, args.id), now_ms()
if not holds(key, member, args.token) then return 'lost' end
redis.call('HINCRBY', key, 'attempts', -1)
redis.call('HSETNX', key, 'postponed_ms', now)
if args.url ~= '' then
  redis.call('HSET', key, 'waits_for', args.url, 'waits_why', args.code, 'waits_ms', now + args.delay_ms)
end
touch(key)
end_attempt(key, args.stage, 'postponed', now)
put_due(member, now + args.delay_ms)
return 'done'
