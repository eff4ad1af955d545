#!lua flags=allow-oom
-- needs: articles, audit, clock, items, queue, schedule, versions
-- arguments: article, actor, ids...
-- Delete the schedule of claims. Arguments: article of which these are all the claims, or '', the actor,
-- the ids. Returns 'deleted' | 'other-claims' (the article has other claims by
-- now) | 'outdated' (is_outdated) | 'not-found'.
--
-- Deleted while the planned check is being leased: if the lease came first, the check is under way,
-- has its own number and continues; otherwise its item is removed here.
-- Call repeated after a lost reply: there is no schedule any more, and nothing is announced again.
-- Article extracted between the caller's reading of its claims and this: as in recheck.lua.
-- A claim that has the schedule of a tag has none of its own: nothing is deleted. Otherwise it has that of its
-- tags from now on.
local actor, now = args.actor, now_ms()
if args.article ~= '' and not has_claims(args.article, #args.ids) then return 'other-claims' end
if args.article == '' and redis.call('EXISTS', CLAIM .. args.ids[1]) == 0 then return 'not-found' end
for _, id in ipairs(args.ids) do
  local plan = redis.call('HMGET', CLAIM .. id, 'every', 'from_plan')
  if plan[1] and not plan[2] and is_outdated() then return 'outdated' end
end
local changed, places = {}, {}
for i, id in ipairs(args.ids) do
  local key = CLAIM .. id
  local claim = redis.call('HMGET', key, 'status', 'check', 'every', 'from_plan')
  if claim[3] and not claim[4] then
    drop_schedule(key, id)
    if is_finished(claim[1]) then drop(item('gather', id, claim[2] + 1)) end
    follow_tags(key, id, now)
    touch(key)
    changed[#changed + 1], places[#places + 1] = id, i - 1
  end
end
record_several(actor, 'schedule.deleted', args.article, changed, places)
return 'deleted'
