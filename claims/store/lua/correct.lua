#!lua
-- needs: audit, clock, events, failures, items, labels, queue, schedule, submissions, versions
-- arguments: old, error, once, fingerprint, life_ms, most, share, id, line_class, every_ms, actor, fields...
-- Store the corrected wording of a claim as a new claim, linked both ways. Arguments: id of the old claim,
-- error of its check if it has no verdict, idempotency key or '', fingerprint, lifetime of the
-- idempotency key in ms, maximum number of waiting items, and of those of one key; of the new
-- claim: id, class, every in ms or ''; the actor; fields and values of the new claim.
-- Returns {'accepted', id} | {'mismatch'} | {'full'} | {'share'} | {'corrected', id of the claim that corrects
-- the old one already} | {'not-found'}.
--
-- The old claim keeps its verdict and is not checked again: its check under way is cancelled (as in
-- cancel.lua), and its schedule is that of the new claim, unless that has one of its own.
-- Two corrections at once: the second finds the first, and stores nothing.
-- Reply lost, call repeated: the key, or without a key the new claim, is found, and nothing is announced
-- twice.
local actor = args.actor
local old, new, now = args.old, args.id, now_ms()
local known = find_submitted(args.once, args.fingerprint, 'gather', new, new)
if known then return known end
local key = CLAIM .. old
local claim = redis.call('HMGET', key, 'status', 'corrected_by', 'check', 'every', 'from_plan', unpack(PLAN))
if not claim[1] then return {'not-found'} end
if claim[2] then return {'corrected', claim[2]} end
local refused = refuse_more(1, args.most, args.share, (read_actor(actor)))
if refused then return {refused} end
if claim[4] then drop_schedule(key, old) end
if is_finished(claim[1]) then
  drop(item('gather', old, claim[3] + 1))
  touch(key)
else
  cancel_check(key, old, args.error, now)
end
redis.call('HSET', key, 'corrected_by', new)
set_superseded(key, true)
local every = args.every_ms
if every == '' and claim[4] and not claim[5] then
  every = claim[6]
  redis.call('HSET', CLAIM .. new, 'every', claim[4])
  for i, name in ipairs(PLAN) do
    if claim[i + 5] then redis.call('HSET', CLAIM .. new, name, claim[i + 5]) end
  end
end
local serial = redis.call('INCR', SERIAL)
redis.call('HSET', CLAIM .. new, 'corrects', old)
add_record('gather', new, args.line_class, every, serial, serial, now, actor, unpack(args.fields))
keep_once(args.once, args.fingerprint, new, args.life_ms)
announce('claim.corrected', old, 'corrected_by', new)
record_several(actor, 'claim.corrected', '', {old, new})
return {'accepted', new}
