#!lua flags=allow-oom
-- Delete old entries of the audit log, and keys of the API that ended as long ago. ARGV: how long
-- they are kept in ms, maximum number of entries and of keys to delete. Returns the number of both.
--
-- Two callers at once: the second finds nothing left to do. An entry is appended at the same time:
-- it is newer than all that are deleted here.
-- A key that has not ended is in the list by a time to come, and is never found here. The last key
-- stays, whatever its end: without any key the machine of the service would need none again.
local before = math.max(0, now_ms() - ARGV[1])
local old = redis.call('XRANGE', AUDIT, '-', before, 'COUNT', ARGV[2])
for _, entry in ipairs(old) do redis.call('XDEL', AUDIT, entry[1]) end
local most = math.min(ARGV[2], math.max(0, redis.call('ZCARD', API_KEYS) - 1))
local ended = redis.call('ZRANGE', API_KEYS, '-inf', before, 'BYSCORE', 'LIMIT', 0, most)
for _, id in ipairs(ended) do
  redis.call('DEL', API_KEY .. id)
  redis.call('ZREM', API_KEYS, id)
end
return #old + #ended
