#!lua
-- needs: articles, audit, clock, hours, schedule, versions
-- arguments: every, every_ms, until_ms, adaptive, reason, hours, offsets, paused, article, actor, ids...
-- Set when claims are checked again: all or none of them. Arguments: every, the same in ms, until in ms
-- or '', the bounds of an adaptive schedule and why `every` is what it is ('' for a fixed one), its times of day and the
-- offsets of their zone ('' without), 'yes' if it pauses or '', article of which these are all the claims, or '', the actor, the ids.
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
local last, article, now = args.until_ms, args.article, now_ms()
if article ~= '' and not has_claims(article, #args.ids) then return 'other-claims' end
if args.hours ~= '' then redis.call('HSET', ZONES, cjson.decode(args.hours).zone, args.offsets) end
local every, hours = tonumber(args.every_ms), read_hours(args.hours)
local plan = {every = args.every, every_ms = every, until_ms = last, adaptive = args.adaptive,
  reason = args.reason, hours = args.hours, paused = args.paused}
local ids, differs, changed, places = {}, {}, {}, {}
for i, id in ipairs(args.ids) do
  local claim = redis.call('HMGET', CLAIM .. id, 'requested_ms', 'corrected_by', 'every', 'until_ms',
    'adaptive', 'hours', 'paused', 'from_plan')
  local is_open = claim[1] and not claim[2]
  if article == '' and not is_open then return claim[1] and 'corrected' or 'not-found' end
  if is_open then
    local is_short = last ~= '' and args.paused == ''
      and find_first(claim[1], every, hours, now) > tonumber(last)
    if is_short then return 'too-short' end
    ids[#ids + 1] = id
    differs[id] = claim[8] or args.adaptive == '' and claim[3] ~= args.every
    for at, name in ipairs({'until_ms', 'adaptive', 'hours', 'paused'}) do
      if (claim[at + 3] or '') ~= plan[name] then differs[id] = true end
    end
    if differs[id] and is_outdated() then return 'outdated' end
    if differs[id] then changed[#changed + 1], places[#places + 1] = id, i - 1 end
  end
end
for _, id in ipairs(ids) do
  local key = CLAIM .. id
  local at = set_plan(key, id, plan, now)
  if differs[id] then announce_plan(id, plan, at, '') end
  touch(key)
end
record_several(actor, 'schedule.set', article, changed, places)
return #ids
