#!lua
-- Keep a new article, or new claims, and put their first work items into due: all or none of them.
-- ARGV: stage, list key, idempotency key or '', fingerprint, lifetime of the idempotency key in ms,
-- maximum number of waiting items, then for each record: id, class, every in ms or '', number of
-- fields and values (n), the n of them.
-- Returns {'accepted', ids separated by spaces} | {'mismatch'} | {'full'}.
--
-- Two calls with one Idempotency-Key: the call that runs first writes key, records and work items
-- in this one step; the second call finds the key and returns the ids of the first, not its own.
-- Reply lost, call repeated: the script finds the key, or without a key the first record, and
-- returns the same answer.
-- Caller dies before the call: nothing is stored. Caller dies after it, before notifying the
-- workers: the items are in due, and the next sweep notifies them.
-- No allow-oom in the first line: a server out of memory refuses before the first write.
local stage, list, once, fingerprint = ARGV[1], ARGV[2], ARGV[3], ARGV[4]
local now = now_ms()
local records, ids, at = {}, {}, 7
while ARGV[at] do
  local first = at + 4
  local last = first + ARGV[at + 3] - 1
  records[#records + 1] = {ARGV[at], ARGV[at + 1], ARGV[at + 2], first, last}
  ids[#ids + 1] = ARGV[at]
  at = last + 1
end
local accepted = {'accepted', table.concat(ids, ' ')}
if once ~= '' then
  local seen = redis.call('HMGET', IDEMPOTENCY .. once, 'fingerprint', 'id')
  if seen[1] then
    if seen[1] ~= fingerprint then return {'mismatch'} end
    return {'accepted', seen[2]}
  end
end
if redis.call('EXISTS', record_key(stage, ids[1])) == 1 then return accepted end
if count_waiting() + #records > tonumber(ARGV[6]) then return {'full'} end
-- Lists are newest first; within one call the first record comes first. Claims of one call are one
-- submission.
local serial = redis.call('INCRBY', SERIAL, #records)
for i, record in ipairs(records) do
  local id, class, every, first, last = unpack(record)
  local key = record_key(stage, id)
  redis.call('HSET', key, 'version', 1, 'status', 'queued', 'attempts', 0, 'created_ms', now,
    'class', class, 'serial', serial, unpack(ARGV, first, last))
  if #records > 1 then redis.call('HSET', key, 'submission', name_submission(serial)) end
  if stage == 'gather' then
    redis.call('HSET', key, 'check', 1, 'requested_ms', now)
    if every ~= '' then redis.call('HSET', key, 'every_ms', every, 'next_ms', now + every) end
  end
  redis.call('ZADD', list, serial - i + 1, id)
  add_to_index(key, FACETS)
  put_due(item(stage, id, 1), now)
end
if once ~= '' then
  redis.call('HSET', IDEMPOTENCY .. once, 'fingerprint', fingerprint, 'id', accepted[2])
  redis.call('PEXPIRE', IDEMPOTENCY .. once, ARGV[5])
end
return accepted
