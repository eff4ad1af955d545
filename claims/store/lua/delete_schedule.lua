#!lua flags=allow-oom
-- Delete the schedule of a claim. ARGV: claim id. Returns 1; nothing when there is no such claim.
--
-- Deleted while the planned check is being leased: if the lease came first, the check is under way,
-- has its own number and continues; otherwise its item is removed here.
local id = ARGV[1]
local key = CLAIM .. id
local claim = redis.call('HMGET', key, 'status', 'check', 'every')
if not claim[1] then return false end
if not claim[3] then return 1 end
drop_schedule(key)
if claim[1] == 'judged' or claim[1] == 'failed' then drop(item('gather', id, claim[2] + 1)) end
touch(key)
return 1
