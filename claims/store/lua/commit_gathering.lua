#!lua flags=allow-oom
-- Keep what a check gathered and put its judging into due.
-- ARGV: claim id, check, token, gathered. Gives 1, or 0 when the lease was lost.
--
-- Worker dies before this: gathered again, the page cache still has most of it.
-- Worker dies after it: the judge item is due, nothing is gathered twice.
-- An older check's late commit: its item is in neither set, refused.
local id, check = ARGV[1], ARGV[2]
local key, member = CLAIM .. id, item('gather', id, check)
if not holds(key, member, ARGV[3]) then return 0 end
-- What an earlier check gathered is needed only to compare with the one last judged.
local judged = redis.call('HGET', key, 'verdict_check')
for _, old in ipairs(redis.call('HKEYS', GATHERED .. id)) do
  if old ~= judged then redis.call('HDEL', GATHERED .. id, old) end
end
redis.call('HSET', GATHERED .. id, check, ARGV[4])
redis.call('HSET', key, 'status', 'judging', 'attempts', 0)
redis.call('HDEL', key, 'searched', 'postponed_ms')
touch_claim(key)
drop(member)
put_due(item('judge', id, check), now_ms())
return 1
