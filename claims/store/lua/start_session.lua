#!lua
-- needs: audit
-- Open a session of a browser. ARGV: hash of its id, owner, lifetime in ms, actor.
--
-- Reply lost, call repeated: the id is random, so that a session with it is this one, and nothing is
-- recorded again.
local actor = table.remove(ARGV)
local who = cjson.decode(actor)
if redis.call('SET', SESSION .. ARGV[1], ARGV[2], 'NX', 'PX', ARGV[3]) then
  record_repeated(actor, 'session.started', who.id, tostring(who.address))
end
