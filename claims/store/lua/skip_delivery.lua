#!lua flags=allow-oom
-- needs: clock, webhooks
-- Give up the delivery under way, of an event that cannot be read, and free the webhook for the next
-- one at once: its receiver did nothing wrong. ARGV: webhook id, event id, token, why.
-- Returns 'done' | 'lost': the lease is lost, and nothing is written.
--
-- Reply lost, call repeated: the token is gone from the webhook.
local id, event, now = ARGV[1], ARGV[2], now_ms()
local key = WEBHOOK .. id
if redis.call('HGET', key, 'token') ~= ARGV[3] or redis.call('HGET', key, 'event') ~= event then
  return 'lost'
end
local delivery = read_delivery(id, event)
delivery.error = ARGV[4]
give_up_delivery(id, event, delivery, 'event-unreadable', now)
offer(id, now)
return 'done'
