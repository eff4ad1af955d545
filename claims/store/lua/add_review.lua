#!lua
-- needs: audit, events, index, versions
-- arguments: id, before, check, review, entry, most, state, assignee, assigned, signing, published, withdraws, decision, label, by, actor
-- Add a step to the review of a claim. Arguments: claim id; the number of steps and the number of the last
-- verdict ('' for none) as the caller read them; the review after the step, the step (both JSON), the maximum number
-- of steps; the facets state and assignee, the assignee's name; 'new' or 'none' when the step signs or ends
-- the sign-off, 'same' when it does neither; what the step publishes, packed, or ''; 1 if it takes back what was
-- published, else 0; the decision, the label decided and the person, for the event
-- ('' for none); the actor. Returns 'added' | 'full' | 'changed-meanwhile' | 'not-found'.
--
-- Two people at once, one request sent twice at once, a verdict, or a correction of the wording between the
-- caller's reading and this: 'changed-meanwhile', and the caller reads and decides again.
-- Reply lost, call repeated: the step is in the list, and nothing is announced or recorded again.
local id, key, steps = args.id, CLAIM .. args.id, REVIEWS .. args.id
local now = redis.call('HMGET', key, 'status', 'verdict_check', 'corrected_by')
if not now[1] then return 'not-found' end
if redis.call('LPOS', steps, args.entry) then return 'added' end
local before = redis.call('LLEN', steps)
if now[3] or before ~= tonumber(args.before) or (now[2] or '') ~= args.check then
  return 'changed-meanwhile'
end
if before >= tonumber(args.most) then return 'full' end
redis.call('HSET', key, 'reviewed', args.review, 'assigned', args.assigned)
redis.call('RPUSH', steps, args.entry)
set_facet(key, 'review', args.state)
set_facet(key, 'assignee', args.assignee)
if args.signing ~= 'same' then set_facet(key, 'stale', '') end
if args.signing == 'new' then redis.call('ZADD', SIGNED, 0, id) end
if args.signing == 'none' then redis.call('ZREM', SIGNED, id) end
if args.published ~= '' then
  redis.call('RPUSH', PUBLICATIONS .. id, args.published)
  redis.call('ZADD', PUBLISHED, redis.call('INCR', SERIAL), id)
end
if args.withdraws == '1' then redis.call('ZREM', PUBLISHED, id) end
touch(key)
local said = {'by', args.by}
if args.decision ~= '' then said = {'by', args.by, 'decision', args.decision} end
if args.label ~= '' then
  said[#said + 1] = 'signed'
  said[#said + 1] = args.label
end
announce('review.added', id, unpack(said))
if args.decision == 'publish' then announce('claim.published', id, unpack(said)) end
record_audit(args.actor, 'review.added', id)
return 'added'
