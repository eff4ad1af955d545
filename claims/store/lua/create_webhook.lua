#!lua
-- needs: audit, clock, events, webhooks
-- arguments: id, most, digest, actor, fields...
-- Store a webhook; events from now on are delivered to it. Arguments: id, maximum number of
-- webhooks, the time of the digest of an alert or '', the actor, fields and values in turn. Returns 'created' | 'full'.
--
-- Reply lost, call repeated: the webhook is there, and nothing is recorded again.
-- Event appended just before this: it is not delivered; just after this: it is, because the position
-- is that of the last event before.
local actor, now = args.actor, now_ms()
local id, most = args.id, tonumber(args.most)
local key = WEBHOOK .. id
if redis.call('EXISTS', key) + redis.call('HEXISTS', GONE, id) > 0 then return 'created' end
if redis.call('ZCARD', WEBHOOKS) >= most then return 'full' end
redis.call('HSET', key, 'position', last_event(), 'created_ms', now, 'created_by',
  cjson.decode(actor).name, unpack(args.fields))
redis.call('ZADD', WEBHOOKS, now, id)
if args.digest ~= '' then redis.call('HSET', DIGESTS, id, args.digest) end
offer(id, now)
record_audit(actor, name_action(id, 'created'), id)
return 'created'
