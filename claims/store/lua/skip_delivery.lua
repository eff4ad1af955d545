#!lua flags=allow-oom
-- needs: clock, webhooks
-- arguments: id, event, token, error
-- Give up the current delivery, whose event cannot be read, and free the webhook for the next one at once,
-- because its receiver is not at fault. Arguments: webhook id, event id, token, why.
-- Returns 'done' | 'lost': the lease is lost, and nothing is written.
--
-- Reply lost, call repeated: the token is gone from the webhook.
local id, event, now = args.id, args.event, now_ms()
local key = WEBHOOK .. id
if redis.call('HGET', key, 'token') ~= args.token or redis.call('HGET', key, 'event') ~= event then
  return 'lost'
end
local delivery = read_delivery(id, event)
delivery.error = args.error
give_up_delivery(id, event, delivery, 'event-unreadable', now)
offer(id, now)
return 'done'
