#!lua
-- needs: audit, clock
-- arguments: name, before, after, change, most, actor
-- Store, change or remove a registered source. Arguments: name, the content that the caller read ('' for
-- none), the new content ('' to remove it), the change without its time, maximum number of sources,
-- actor.
-- Returns 'stored' | 'changed-meanwhile' (the content has changed since it was read) | 'full'.
--
-- Two people change one source: the second call finds a content other than the one that its caller
-- read, and the caller reads again. Repeated after a lost reply: the content is already the new
-- one; the caller reads it, finds nothing left to change and records nothing twice.
local actor = args.actor
local name, before, after = args.name, args.before, args.after
if (redis.call('HGET', SOURCES, name) or '') ~= before then return 'changed-meanwhile' end
if after == '' then
  redis.call('HDEL', SOURCES, name)
else
  if before == '' and redis.call('HLEN', SOURCES) >= tonumber(args.most) then return 'full' end
  redis.call('HSET', SOURCES, name, after)
end
redis.call('RPUSH', SOURCE_CHANGES .. name, string.format('%.0f %s', now_ms(), args.change))
redis.call('LTRIM', SOURCE_CHANGES .. name, -1000, -1)
record_audit(actor, after == '' and 'source.deleted' or 'source.put', name)
return 'stored'
