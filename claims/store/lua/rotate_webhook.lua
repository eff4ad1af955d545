#!lua
-- needs: audit, clock
-- arguments: id, secret, grace_ms, actor
-- Replace the secret of a webhook. Arguments: id, secret, ms for which the previous secret signs as
-- well, actor.
-- Returns 'rotated' | 'not-found'.
--
-- Reply lost, call repeated: the new secret is there already, and the time is not prolonged.
-- Rotated twice at once: both are done, one after the other; the original secret no longer signs.
-- A message is being sent: it has the signatures of the secrets that were read with its lease.
local actor, now = args.actor, now_ms()
local id, secret, grace = args.id, args.secret, tonumber(args.grace_ms)
local key = WEBHOOK .. id
local before = redis.call('HGET', key, 'secret')
if not before then return 'not-found' end
if before == secret then return 'rotated' end
redis.call('HSET', key, 'secret', secret, 'previous', before, 'previous_ms', now + grace)
record_audit(actor, 'webhook.rotated', id)
return 'rotated'
