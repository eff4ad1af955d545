#!lua flags=allow-oom
-- needs: audit, clock
-- arguments: id, actor
-- Revoke an API key now. Returns 'revoked' | 'not-found'.
--
-- Requests that passed the check of the key before this are answered; every later one is refused,
-- since each reads the key. Repeated: it is revoked already, and nothing is recorded again.
local actor, now = args.actor, now_ms()
local id = args.id
local key = API_KEY .. id
if redis.call('EXISTS', key) == 0 then return 'not-found' end
if redis.call('HSETNX', key, 'revoked_ms', now) == 0 then return 'revoked' end
redis.call('HDEL', key, 'previous', 'previous_ms')
redis.call('ZADD', API_KEYS, 'LT', now, id)
record_audit(actor, 'key.revoked', id)
return 'revoked'
