#!lua
-- needs: api_keys, audit, clock
-- arguments: id, digest, grace_ms, giver, actor
-- Replace the secret of a key. Arguments: id, digest of the new secret, ms for which the previous secret
-- is accepted as well, id of the key that asks for it or '', actor.
-- Returns 'rotated' | 'over' (the key cannot be used) | 'ended' | 'scopes' | 'expiry' (as in
-- create_key: the new secret gives its holder all scopes of the key) | 'not-found'.
--
-- Reply lost, call repeated: the new digest is there already, and the grace period is not prolonged.
-- Rotated twice at once: both are done, one after the other. The secret of the first is accepted as the
-- previous one until the grace period of the second is over; the original secret is not.
-- Revoked at the same time: if the revocation ran first, 'over'; if this ran first, both secrets end.
local actor, now = args.actor, now_ms()
local id, digest, grace, giver = args.id, args.digest, tonumber(args.grace_ms), args.giver
local key = API_KEY .. id
local seen = redis.call('HMGET', key, 'digest', 'scopes')
if not seen[1] then return 'not-found' end
if seen[1] == digest then return 'rotated' end
local ends = find_end(id, now)
if not ends then return 'over' end
local refusal = refuse_giving(giver, seen[2], ends, now)
if refusal then return refusal end
redis.call('HSET', key, 'digest', digest)
redis.call('HDEL', key, 'previous', 'previous_ms')
if grace > 0 then redis.call('HSET', key, 'previous', seen[1], 'previous_ms', now + grace) end
record_audit(actor, 'key.rotated', id)
return 'rotated'
