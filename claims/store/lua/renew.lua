#!lua flags=allow-oom
-- needs: clock, items
-- arguments: stage, id, check, token, ttl_ms
-- Prolong a lease. Returns 'done' | 'lost'.
--
-- Renewal concurrent with reap or with another worker's take: if those ran first, the token is
-- invalid, and the caller gets 'lost' here, before it does more work in vain.
local member = item(args.stage, args.id, args.check)
if not holds(record_key(args.stage, args.id), member, args.token) then return 'lost' end
redis.call('ZADD', LEASE, now_ms() + args.ttl_ms, member)
return 'done'
