#!lua flags=allow-oom
-- needs: clock
-- arguments: kept_ms, access_kept_ms, limit
-- Delete old entries of the audit log, and API keys that ended equally long ago. Arguments: ms for which
-- entries on changes, and keys, are kept; ms for which entries on access are kept ('' for ever); maximum
-- number of entries of each log and of keys to delete. Returns the total number.
--
-- Two callers at once: the second finds nothing left to do. An entry is appended at the same time:
-- it is newer than all that are deleted here.
-- A key that has not ended has a future time in the list, and is never found here. The last key stays
-- even after its end: without any key, requests from the machine of the service would need none again.
-- Entries on access that an earlier release wrote are among those on changes.
local now, deleted = now_ms(), 0
local function forget(log, kept)
  if kept == '' then return end
  for _, entry in ipairs(redis.call('XRANGE', log, '-', math.max(0, now - kept), 'COUNT', args.limit)) do
    deleted = deleted + redis.call('XDEL', log, entry[1])
  end
end
forget(AUDIT, args.kept_ms)
for _, log in ipairs({AUDIT_ACCESS, AUDIT_SESSIONS, AUDIT_REFUSED}) do forget(log, args.access_kept_ms) end
if args.kept_ms == '' then return deleted end
local most = math.min(args.limit, math.max(0, redis.call('ZCARD', API_KEYS) - 1))
local ended = redis.call('ZRANGE', API_KEYS, '-inf', math.max(0, now - args.kept_ms), 'BYSCORE',
  'LIMIT', 0, most)
for _, id in ipairs(ended) do
  redis.call('DEL', API_KEY .. id)
  redis.call('ZREM', API_KEYS, id)
end
return deleted + #ended
