#!lua flags=allow-oom
-- needs: clock, items
-- Prolong a lease. ARGV: stage, id, check, token, ttl in ms. Returns 'done' | 'lost'.
--
-- Renewal concurrent with reap or with another worker's take: if those ran first, the token is
-- invalid and the caller learns it here, before it does more work in vain.
local member = item(ARGV[1], ARGV[2], ARGV[3])
if not holds(record_key(ARGV[1], ARGV[2]), member, ARGV[4]) then return 'lost' end
redis.call('ZADD', LEASE, now_ms() + ARGV[5], member)
return 'done'
