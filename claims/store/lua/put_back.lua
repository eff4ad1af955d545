#!lua flags=allow-oom
-- needs: attempts, clock, items, queue
-- Return a leased item to due. ARGV: stage, id, check, token, delay in ms, cause in words. Returns
-- 'done' | 'lost' (then the item is due or has another holder, and this delay does
-- not apply).
local member, key = item(ARGV[1], ARGV[2], ARGV[3]), record_key(ARGV[1], ARGV[2])
if not holds(key, member, ARGV[4]) then return 'lost' end
redis.call('HSET', key, 'cause', ARGV[6])
local now = now_ms()
end_attempt(key, ARGV[1], 'put-back', now)
put_due(member, now + ARGV[5])
return 'done'
