#!lua
-- needs: audit
-- arguments: id, owner, life_ms, actor
-- Open a session of a browser. Arguments: hash of its id, owner, lifetime in ms, actor.
--
-- Reply lost, call repeated: the id is random, so that a session with it is this one, and nothing is
-- recorded again.
local actor = args.actor
local who = cjson.decode(actor)
if redis.call('SET', SESSION .. args.id, args.owner, 'NX', 'PX', args.life_ms) then
  record_repeated(actor, 'session.started', who.id, tostring(who.address))
end
