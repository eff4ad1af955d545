#!lua
-- needs: audit, clock, items, queue, submissions
-- arguments: stage, once, fingerprint, life_ms, most, share, actor, records...
-- Store a new article, or new claims, and put their first work items into due: all or none of them.
-- Arguments: stage, idempotency key or '', fingerprint, lifetime of the idempotency key in ms, maximum
-- number of waiting items, and of those of one key, the actor, and for each record: id, class, every in ms
-- or '', number of its fields and values, and these in turn.
-- Returns {'accepted', ids separated by spaces} | {'mismatch'} | {'full'} | {'share'}.
--
-- Two calls with one Idempotency-Key: the call that runs first writes key, records and work items
-- in this one step; the second call finds the key and returns the ids of the first, not its own.
-- Reply lost, call repeated: the script finds the key, or without a key the first record, and
-- returns the same answer.
-- Two calls of one key: the second finds the items of the first in the key's share.
-- Caller dies before the call: nothing is stored. Caller dies after it, before notifying the
-- workers: the items are in due, and the next sweep notifies them.
-- No allow-oom in the first line: a server out of memory refuses before the first write.
local actor = args.actor
local stage, once, fingerprint = args.stage, args.once, args.fingerprint
local now = now_ms()
local given, records, ids, at = args.records, {}, {}, 1
while given[at] do
  local first = at + 4
  local last = first + given[at + 3] - 1
  records[#records + 1] = {given[at], given[at + 1], given[at + 2], first, last}
  ids[#ids + 1] = given[at]
  at = last + 1
end
local accepted = table.concat(ids, ' ')
local known = find_submitted(once, fingerprint, stage, ids[1], accepted)
if known then return known end
local refused = refuse_more(#records, args.most, args.share, (read_actor(actor)))
if refused then return {refused} end
-- Lists are newest first; within one call the first record comes first. Claims of one call are one
-- submission.
local serial = redis.call('INCRBY', SERIAL, #records)
for i, record in ipairs(records) do
  local id, class, every, first, last = unpack(record)
  if #records > 1 then
    redis.call('HSET', record_key(stage, id), 'submission', name_submission(serial))
  end
  add_record(stage, id, class, every, serial, serial - i + 1, now, actor,
    unpack(given, first, last))
end
record_several(actor, stage == 'extract' and 'article.submitted' or 'claim.submitted', '', ids)
keep_once(once, fingerprint, accepted, args.life_ms)
return {'accepted', accepted}
