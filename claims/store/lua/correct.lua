#!lua
-- needs: audit, clock, events, failures, items, labels, queue, schedule, submissions, versions
-- Store the corrected wording of a claim as a new claim, linked both ways. ARGV: id of the old claim,
-- error of its check if it has no verdict, idempotency key or '', fingerprint, lifetime of the
-- idempotency key in ms, maximum number of waiting items, and of those of one key, then for the new
-- claim: id, class, every
-- in ms or '', and its fields and values; and last the actor.
-- Returns {'accepted', id} | {'mismatch'} | {'full'} | {'share'} | {'corrected', id of the claim that corrects
-- the old one already} | {'not-found'}.
--
-- The old claim keeps its verdict and is not checked again: its check under way is cancelled (as in
-- cancel.lua), and its schedule is that of the new claim, unless that has one of its own.
-- Two corrections at once: the second finds the first, and stores nothing.
-- Reply lost, call repeated: the key, or without a key the new claim, is found, and nothing is announced
-- twice.
local actor = table.remove(ARGV)
local old, new, now = ARGV[1], ARGV[8], now_ms()
local known = find_accepted(ARGV[3], ARGV[4], 'gather', new, new)
if known then return known end
local key = CLAIM .. old
local claim = redis.call('HMGET', key, 'status', 'corrected_by', 'check', 'every', 'every_ms',
  'until_ms')
if not claim[1] then return {'not-found'} end
if claim[2] then return {'corrected', claim[2]} end
local refused = refuse_more(1, ARGV[6], ARGV[7], (read_actor(actor)))
if refused then return {refused} end
if claim[5] then drop_schedule(key, old) end
if is_finished(claim[1]) then
  drop(item('gather', old, claim[3] + 1))
  touch(key)
else
  cancel_check(key, old, ARGV[2], now)
end
redis.call('HSET', key, 'corrected_by', new)
set_superseded(key, true)
local every = ARGV[10]
if every == '' and claim[5] then
  every = claim[5]
  redis.call('HSET', CLAIM .. new, 'every', claim[4])
  if claim[6] then redis.call('HSET', CLAIM .. new, 'until_ms', claim[6]) end
end
local serial = redis.call('INCR', SERIAL)
redis.call('HSET', CLAIM .. new, 'corrects', old)
add_record('gather', new, ARGV[9], every, serial, serial, now, actor, unpack(ARGV, 11))
keep_once(ARGV[3], ARGV[4], new, ARGV[5])
announce('claim.corrected', old, 'corrected_by', new)
record_several(actor, 'claim.corrected', '', {old, new})
return {'accepted', new}
