#!lua
-- Keep a new article or claim and put its first work item into due.
-- ARGV: stage, id, list key, idempotency key or '', fingerprint, its life in ms, most that may
-- wait, every in ms or '', class, then the record's fields and values.
-- Gives {'accepted', id} | {'mismatch'} | {'full'}.
--
-- Two calls with one Idempotency-Key: whichever runs first writes key, record and work item in
-- this one step; the second finds the key and gets the first one's id, its own id is not used.
-- Reply lost, call repeated: the key, or without one the record itself, is found: same answer.
-- Caller dies before the call: nothing is kept. Caller dies after it, before notifying the
-- workers: the item is in due, the next sweep notifies them.
-- No allow-oom in the first line: a server out of memory refuses before the first write.
local stage, id, list, once, fingerprint = ARGV[1], ARGV[2], ARGV[3], ARGV[4], ARGV[5]
local now = now_ms()
if once ~= '' then
  local seen = redis.call('HMGET', IDEMPOTENCY .. once, 'fingerprint', 'id')
  if seen[1] then
    if seen[1] ~= fingerprint then return {'mismatch'} end
    return {'accepted', seen[2]}
  end
end
local key = record_key(stage, id)
if redis.call('EXISTS', key) == 1 then return {'accepted', id} end
if count_waiting() >= tonumber(ARGV[7]) then return {'full'} end
local serial = redis.call('INCR', SERIAL)
redis.call('HSET', key, 'version', 1, 'status', 'queued', 'attempts', 0, 'created_ms', now,
  'class', ARGV[9], 'serial', serial, unpack(ARGV, 10))
if stage == 'gather' then
  redis.call('HSET', key, 'check', 1, 'requested_ms', now)
  if ARGV[8] ~= '' then redis.call('HSET', key, 'every_ms', ARGV[8], 'next_ms', now + ARGV[8]) end
end
redis.call('ZADD', list, serial, id)
put_due(item(stage, id, 1), now)
if once ~= '' then
  redis.call('HSET', IDEMPOTENCY .. once, 'fingerprint', fingerprint, 'id', id)
  redis.call('PEXPIRE', IDEMPOTENCY .. once, ARGV[6])
end
return {'accepted', id}
