#!lua
-- Set when a claim is checked again. ARGV: claim id, every, the same in ms, until in ms or ''.
-- Returns 1; 0 when `until` comes before the first check; nothing when there is no such claim.
--
-- Set while a check is under way: the end of that check plans the next one, nothing is due twice.
-- Set when finished: the planned item has the number of the next check; an earlier plan has the
-- same number and is replaced.
local id, every, last = ARGV[1], tonumber(ARGV[3]), ARGV[4]
local key, now = CLAIM .. id, now_ms()
local claim = redis.call('HMGET', key, 'status', 'check', 'requested_ms')
if not claim[1] then return false end
local at = math.max(now, claim[3] + every)
if last ~= '' and at > tonumber(last) then return 0 end
redis.call('HSET', key, 'every', ARGV[2], 'every_ms', every, 'next_ms', at)
redis.call('HDEL', key, 'until_ms')
if last ~= '' then redis.call('HSET', key, 'until_ms', last) end
if claim[1] == 'judged' or claim[1] == 'failed' then
  plan_check(key, item('gather', id, claim[2] + 1), at)
end
touch(key)
return 1
