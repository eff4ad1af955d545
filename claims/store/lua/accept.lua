#!lua
-- Keep a new article or claim and put its first work item into due.
-- ARGV: stage, id, list key, idempotency key or '', fingerprint, lifetime of the idempotency key in
-- ms, maximum number of waiting items, every in ms or '', class, then fields and values of the
-- record.
-- Returns {'accepted', id} | {'mismatch'} | {'full'}.
--
-- Two calls with one Idempotency-Key: the call that runs first writes key, record and work item in
-- this one step; the second call finds the key and returns the id of the first, not its own.
-- Reply lost, call repeated: the script finds the key, or without a key the record itself, and
-- returns the same answer.
-- Caller dies before the call: nothing is stored. Caller dies after it, before notifying the
-- workers: the item is in due, and the next sweep notifies them.
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
