#!lua flags=allow-oom
-- needs: clock
-- arguments: kept_ms, limit
-- Delete old events. Arguments: ms for which an event is kept, maximum number of events to delete.
-- Returns the number deleted.
--
-- XDEL and not XTRIM: the stream then remembers the highest id that was deleted, so that
-- read_events.lua can tell a reader who comes later that it missed some.
-- Two callers at once, or the call repeated: the second deletes the next oldest, if they are old
-- enough. Event appended at the same time: it is newer than all that are deleted.
local now, ids = now_ms(), {}
for _, event in ipairs(redis.call('XRANGE', EVENTS, '-', now - args.kept_ms, 'COUNT', args.limit)) do
  ids[#ids + 1] = event[1]
end
if #ids > 0 then redis.call('XDEL', EVENTS, unpack(ids)) end
return #ids
