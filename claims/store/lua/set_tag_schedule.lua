#!lua
-- needs: audit
-- arguments: folded, tag, plan, most, zone, offsets, actor
-- Set or delete the schedule of a tag. Arguments: the folded tag, the tag, its schedule as JSON or '' to delete it, the
-- maximum number of such schedules, its time zone and the offsets of that ('' without one), the actor.
-- Returns 'set' | 'full' | 'not-found' (there is none to delete).
--
-- Claims get it by follow_tag.lua, a part at a time. Caller dies before that: the tag is listed, and a sweep goes on.
-- Set as it is already, or repeated after a lost reply: nothing is recorded again, and the claims are looked at again.
-- Set again while claims are looked at: from the first one on, with the new schedule.
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
  record_audit(args.actor, args.plan == '' and 'schedule.deleted' or 'schedule.set', 'tag:' .. args.tag)
end
return 'set'
