#!lua flags=allow-oom
-- needs: audit, clock, webhooks
-- arguments: id, actor
-- Delete a webhook with its secrets and its log. Returns 'deleted', also when it was
-- deleted before | 'not-found'.
--
-- An event is being delivered: the receiver gets it, and the end of the delivery is refused.
-- Reply lost, call repeated: the id is kept as that of a deleted webhook; nothing is recorded again.
local actor, now = args.actor, now_ms()
local id = args.id
if redis.call('HEXISTS', GONE, id) == 1 then return 'deleted' end
if redis.call('ZREM', WEBHOOKS, id) == 0 then return 'not-found' end
redis.call('ZREM', DELIVER_AT, id)
redis.call('ZREM', DELIVERING, id)
redis.call('HDEL', DIGESTS, id)
for _, of_webhook in ipairs({WEBHOOK, PENDING, DELIVERED, DELIVERY}) do
  redis.call('DEL', of_webhook .. id)
end
redis.call('HSET', GONE, id, now)
record_audit(actor, name_action(id, 'deleted'), id)
return 'deleted'
