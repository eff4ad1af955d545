#!lua
-- needs: articles, audit, clock, events, items, schedule, versions
-- Set when claims are checked again: all or none of them. ARGV: every, the same in ms, until in ms
-- or '', article of which these are all the claims, or '', then the ids, and last the actor.
-- Returns the number of claims, without those of the article that were deleted or corrected | 'too-short'
-- (`until` comes before the first check of one) | 'other-claims' (the article has other claims by now) |
-- 'corrected' | 'outdated' (is_outdated) | 'not-found'.
--
-- Set while a check is under way: the end of that check plans the next one, nothing is due twice.
-- Set when finished: the planned item has the number of the next check; an earlier plan has the
-- same number and is replaced.
-- Set as it is already, or the call repeated after a lost reply: nothing is announced again.
-- Article extracted between the caller's reading of its claims and this: as in request_check.lua.
-- Reply lost, call repeated: the schedule is set already, and nothing is recorded again.
local actor = table.remove(ARGV)
local every, last, article, now = tonumber(ARGV[2]), ARGV[3], ARGV[4], now_ms()
if article ~= '' and not has_claims(article, #ARGV - 4) then return 'other-claims' end
local function find_first(requested)
  return math.max(now, within_period(requested + every, every, now))
end
local ids, differs, changed, places = {}, {}, {}, {}
for i = 5, #ARGV do
  local claim = redis.call('HMGET', CLAIM .. ARGV[i], 'requested_ms', 'corrected_by', 'every', 'until_ms')
  local is_open = claim[1] and not claim[2]
  if article == '' and not is_open then return claim[1] and 'corrected' or 'not-found' end
  if is_open then
    if last ~= '' and find_first(claim[1]) > tonumber(last) then return 'too-short' end
    ids[#ids + 1] = ARGV[i]
    differs[ARGV[i]] = claim[3] ~= ARGV[1] or (claim[4] or '') ~= last
    if differs[ARGV[i]] and is_outdated() then return 'outdated' end
    if differs[ARGV[i]] then changed[#changed + 1], places[#places + 1] = ARGV[i], i - 5 end
  end
end
for _, id in ipairs(ids) do
  local key = CLAIM .. id
  local claim = redis.call('HMGET', key, 'status', 'check', 'requested_ms')
  local at = find_first(claim[3])
  redis.call('HSET', key, 'every', ARGV[1], 'every_ms', every, 'next_ms', at)
  redis.call('HDEL', key, 'until_ms')
  if last ~= '' then redis.call('HSET', key, 'until_ms', last) end
  if differs[id] then
    announce('schedule.changed', id, 'every', ARGV[1], 'next_ms', at, 'until_ms', last)
  end
  if is_finished(claim[1]) then plan_check(key, item('gather', id, claim[2] + 1), at) end
  touch(key)
end
record_several(actor, 'schedule.set', article, changed, places)
return #ids
