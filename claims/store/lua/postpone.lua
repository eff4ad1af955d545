#!lua flags=allow-oom
-- needs: attempts, clock, items, queue, versions
-- Return a leased item to due without counting an attempt. ARGV: stage, id, check, token, delay
-- in ms, address of the source that it waits for, code of the reason; both '' when it waits for a
-- reader. Returns 'done' | 'lost'.
--
-- Worker dies before this: the lease runs out, and that attempt counts.
-- Reply lost, call repeated: the lease is gone, the caller gets 'lost' and has nothing left to do.
-- Lease lost meanwhile: the attempt of the next holder must not be subtracted here.
local member, key, now = item(ARGV[1], ARGV[2], ARGV[3]), record_key(ARGV[1], ARGV[2]), now_ms()
if not holds(key, member, ARGV[4]) then return 'lost' end
redis.call('HINCRBY', key, 'attempts', -1)
redis.call('HSETNX', key, 'postponed_ms', now)
if ARGV[6] ~= '' then
  redis.call('HSET', key, 'waits_for', ARGV[6], 'waits_why', ARGV[7], 'waits_ms', now + ARGV[5])
end
touch(key)
end_attempt(key, ARGV[1], 'postponed', now)
put_due(member, now + ARGV[5])
return 'done'
