#!lua
-- needs: audit, events
-- arguments: folded, tag, plan, most, zone, offsets, actor
-- Set or delete the schedule of a tag. Arguments: the folded tag, the tag, its schedule as JSON or '' to delete it, the
-- maximum number of such schedules, its time zone and the offsets of that ('' without one), the actor.
-- Returns 'set' | 'full' | 'not-found' (there is none to delete).
--
-- Claims get it by follow_tag.lua, a part at a time. Caller dies before that: the tag is listed, and a sweep goes on.
-- Announced here, with the number of claims that have the tag, themselves or by their article, without superseded ones.
-- Set as it is already, or repeated after a lost reply: nothing is announced or recorded again, and the claims are
-- looked at again.
-- Set again while claims are looked at: from the first one on, with the new schedule.
local function count_claims(folded)
  local claims = INDEX .. 'claims:'
  local own, inherited = claims .. 'tag:' .. folded, claims .. 'article_tag:' .. folded
  local superseded = claims .. 'superseded:yes'
  local function count_all(...) return redis.call('ZINTERCARD', select('#', ...), ...) end
  return count_all(own) + count_all(inherited) - count_all(own, inherited) - count_all(own, superseded)
    - count_all(inherited, superseded) + count_all(own, inherited, superseded)
end

local kept = redis.call('HGET', TAG_SCHEDULES, args.folded)
if args.plan == '' then
  if not kept then return 'not-found' end
  redis.call('HDEL', TAG_SCHEDULES, args.folded)
else
  if not kept and redis.call('HLEN', TAG_SCHEDULES) >= tonumber(args.most) then return 'full' end
  redis.call('HSET', TAG_SCHEDULES, args.folded, args.plan)
end
if args.zone ~= '' then redis.call('HSET', ZONES, args.zone, args.offsets) end
redis.call('HSET', TAGS_TO_FOLLOW, args.folded, 'tag:0')
if kept ~= args.plan then
  append_event('tag.scheduled', args.tag, 'tag', args.folded, 'plan_before', kept or '', 'plan_after', args.plan,
    'claims', count_claims(args.folded), 'by', cjson.decode(args.actor).name)
  record_audit(args.actor, args.plan == '' and 'schedule.deleted' or 'schedule.set', 'tag:' .. args.tag)
end
return 'set'
