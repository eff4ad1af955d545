#!lua flags=allow-oom
-- needs: clock, schedule
-- arguments: folded, limit
-- Give the next claims with a tag the schedule that their tags give them. Arguments: the folded tag, maximum number
-- of claims. Returns 'more' | 'done'. set_tag_schedule.lua has announced it, once for all of them.
--
-- Two callers at once: each takes the next claims. Repeated after a lost reply: the next ones are taken.
-- A claim is tagged or submitted meanwhile: that step gives it the schedule.
local place = redis.call('HGET', TAGS_TO_FOLLOW, args.folded)
if not place then return 'done' end
local facet, serial = string.match(place, '^(.+):(%d+)$')
local set = INDEX .. 'claims:' .. facet .. ':' .. args.folded
local found = redis.call('ZRANGE', set, '(' .. serial, '+inf', 'BYSCORE', 'LIMIT', 0, args.limit)
local now = now_ms()
for _, one in ipairs(found) do
  local id = redis.call('ZRANGE', CLAIMS, one, one, 'BYSCORE')[1]
  if id then follow_tags(CLAIM .. id, id, now, true) end
end
if #found == tonumber(args.limit) then
  redis.call('HSET', TAGS_TO_FOLLOW, args.folded, facet .. ':' .. found[#found])
elseif facet == 'tag' then
  redis.call('HSET', TAGS_TO_FOLLOW, args.folded, 'article_tag:0')
else
  redis.call('HDEL', TAGS_TO_FOLLOW, args.folded)
  return 'done'
end
return 'more'
