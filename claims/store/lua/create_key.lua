#!lua
-- needs: api_keys, audit, clock
-- arguments: id, digest, name, scopes, expires_ms, giver, most, actor
-- Store an API key. Arguments: id, digest of the secret, name, scopes separated by spaces, expiry in ms
-- or '', id of the key that creates it or '', maximum number of keys that have not ended, actor.
-- Returns 'created' | 'taken' | 'past' | 'full' | 'ended' | 'scopes' | 'expiry' (refuse_giving).
--
-- Reply lost, call repeated: the key with this digest is there, and nothing is recorded again.
-- Two callers draw the same id: the second finds another digest under it and draws again.
-- The key that creates it is revoked at the same time: if the revocation ran first, nothing is created;
-- if this ran first, the new key stays until it is revoked itself.
local actor, now = args.actor, now_ms()
local id, digest, scopes, expires, giver = args.id, args.digest, args.scopes, args.expires_ms, args.giver
local known = redis.call('HGET', API_KEY .. id, 'digest')
if known then return known == digest and 'created' or 'taken' end
if expires == '' and giver ~= '' then expires = find_end(giver, now) or '' end
if expires ~= '' and tonumber(expires) <= now then return 'past' end
local refusal = refuse_giving(giver, scopes, expires, now)
if refusal then return refusal end
if redis.call('ZCOUNT', API_KEYS, '(' .. now, '+inf') >= tonumber(args.most) then return 'full' end
redis.call('HSET', API_KEY .. id, 'digest', digest, 'name', args.name, 'scopes', scopes,
  'created_ms', now, 'created_by', cjson.decode(actor).name)
if expires ~= '' then redis.call('HSET', API_KEY .. id, 'expires_ms', expires) end
redis.call('ZADD', API_KEYS, expires == '' and '+inf' or expires, id)
record_audit(actor, 'key.created', id)
return 'created'
