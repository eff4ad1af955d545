#!lua flags=allow-oom
-- needs: audit
-- End a session of a browser, if it is open. ARGV: hash of its id, actor. Returns 'ended' | 'not-found'.
-- Its owner is the id of a key, or another name and a digest.
--
-- Reply lost, call repeated, or two callers at once: one finds it open, and records its end.
local actor = table.remove(ARGV)
local owner = redis.call('GETDEL', SESSION .. ARGV[1])
if not owner then return 'not-found' end
record_repeated(actor, 'session.ended', string.match(owner, '^[^:]*'),
  tostring(cjson.decode(actor).address))
return 'ended'
