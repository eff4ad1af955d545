#!lua flags=allow-oom
-- needs: articles, audit, items, queue, schedule, versions
-- Delete the schedule of claims. ARGV: article of which these are all the claims, or '', then the
-- ids, and last the actor. Returns 'deleted' | 'other-claims' (the article has other claims by
-- now) | 'outdated' (is_outdated) | 'not-found'.
--
-- Deleted while the planned check is being leased: if the lease came first, the check is under way,
-- has its own number and continues; otherwise its item is removed here.
-- Call repeated after a lost reply: there is no schedule any more, and nothing is announced again.
-- Article extracted between the caller's reading of its claims and this: as in request_check.lua.
local actor = table.remove(ARGV)
if ARGV[1] ~= '' and not has_claims(ARGV[1], #ARGV - 1) then return 'other-claims' end
if ARGV[1] == '' and redis.call('EXISTS', CLAIM .. ARGV[2]) == 0 then return 'not-found' end
for i = 2, #ARGV do
  local is_set = redis.call('HEXISTS', CLAIM .. ARGV[i], 'every') == 1
  if is_set and is_outdated() then return 'outdated' end
end
local changed, places = {}, {}
for i = 2, #ARGV do
  local key = CLAIM .. ARGV[i]
  local claim = redis.call('HMGET', key, 'status', 'check', 'every')
  if claim[3] then
    drop_schedule(key, ARGV[i])
    if is_finished(claim[1]) then drop(item('gather', ARGV[i], claim[2] + 1)) end
    touch(key)
    changed[#changed + 1], places[#places + 1] = ARGV[i], i - 2
  end
end
record_several(actor, 'schedule.deleted', ARGV[1], changed, places)
return 'deleted'
