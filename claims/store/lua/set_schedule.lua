#!lua
-- needs: articles, audit, clock, events, items, schedule, versions
-- arguments: every, every_ms, until_ms, adaptive, reason, article, actor, ids...
-- Set when claims are checked again: all or none of them. Arguments: every, the same in ms, until in ms
-- or '', the bounds of an adaptive schedule and why `every` is what it is ('' for a fixed one), article of which these are all the claims, or '', the actor, the ids.
-- Returns the number of claims, without those of the article that were deleted or corrected | 'too-short'
-- (`until` comes before the first check of one) | 'other-claims' (the article has other claims by now) |
-- 'corrected' | 'outdated' (is_outdated) | 'not-found'.
--
-- Set while a check is under way: the end of that check plans the next one, nothing is due twice.
-- Set when finished: the planned item has the number of the next check; an earlier plan has the
-- same number and is replaced.
-- Set as it is already, or the call repeated after a lost reply: nothing is announced again.
-- Article extracted between the caller's reading of its claims and this: as in recheck.lua.
-- Reply lost, call repeated: the schedule is set already, and nothing is recorded again.
local actor = args.actor
local every, last, article, now = tonumber(args.every_ms), args.until_ms, args.article, now_ms()
if article ~= '' and not has_claims(article, #args.ids) then return 'other-claims' end
local function find_first(requested)
  return math.max(now, within_period(requested + every, every, now))
end
local ids, differs, changed, places = {}, {}, {}, {}
for i, id in ipairs(args.ids) do
  local claim = redis.call('HMGET', CLAIM .. id, 'requested_ms', 'corrected_by', 'every', 'until_ms', 'adaptive')
  local is_open = claim[1] and not claim[2]
  if article == '' and not is_open then return claim[1] and 'corrected' or 'not-found' end
  if is_open then
    if last ~= '' and find_first(claim[1]) > tonumber(last) then return 'too-short' end
    ids[#ids + 1] = id
    local is_other = args.adaptive == '' and claim[3] ~= args.every
    differs[id] = is_other or (claim[4] or '') ~= last or (claim[5] or '') ~= args.adaptive
    if differs[id] and is_outdated() then return 'outdated' end
    if differs[id] then changed[#changed + 1], places[#places + 1] = id, i - 1 end
  end
end
for _, id in ipairs(ids) do
  local key = CLAIM .. id
  local claim = redis.call('HMGET', key, 'status', 'check', 'requested_ms')
  local at = find_first(claim[3])
  if is_finished(claim[1]) then at = find_next_time(key, id, at, every, now) end
  redis.call('HSET', key, 'every', args.every, 'every_ms', every, 'next_ms', at)
  redis.call('HDEL', key, 'until_ms', 'adaptive', 'reason')
  if last ~= '' then redis.call('HSET', key, 'until_ms', last) end
  if args.adaptive ~= '' then
    redis.call('HSET', key, 'adaptive', args.adaptive, 'reason', args.reason)
  end
  if differs[id] then
    announce('schedule.changed', id, 'every', args.every, 'next_ms', at, 'until_ms', last,
      'adaptive', args.adaptive, 'reason', args.reason)
  end
  if is_finished(claim[1]) then plan_check(key, item('gather', id, claim[2] + 1), at) end
  touch(key)
end
record_several(actor, 'schedule.set', article, changed, places)
return #ids
