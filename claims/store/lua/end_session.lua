#!lua flags=allow-oom
-- needs: audit
-- arguments: id, actor
-- End a session of a browser, if it is open. Arguments: hash of its id, actor. Returns 'ended' | 'not-found'.
-- Its owner is the id of a key, or another name and a digest.
--
-- Reply lost, call repeated, or two callers at once: one finds it open, and records its end.
local actor = args.actor
local owner = redis.call('GETDEL', SESSION .. args.id)
if not owner then return 'not-found' end
record_repeated(actor, 'session.ended', string.match(owner, '^[^:]*'),
  tostring(cjson.decode(actor).address))
return 'ended'
