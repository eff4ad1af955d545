#!lua flags=allow-oom
-- needs: clock, counters, webhooks
-- Record how an attempt to deliver an event ended, and free the webhook for the next delivery.
-- ARGV: webhook id, event id, token; outcome: 'delivered', 'http-410' when the receiver wants no more
-- events, or another failure; status of the answer or '', ms, error; ms until the next attempt or ''
-- after the last one; ms for which the webhook rests; ms without success after which it is switched
-- off; code and words of both reasons to switch it off: refused, failing.
-- Returns 'done' | 'lost': the lease is lost, and nothing is written.
--
-- Reply lost, call repeated: the token is gone from the webhook, and nothing is counted again.
-- Lease ran out, and another worker delivers the event again: this end is refused.
-- Webhook deleted or switched off meanwhile: the same. Changed or its secret rotated: no matter.
-- A redelivery was requested meanwhile: this attempt stands for it.
local id, event, token, outcome, now = ARGV[1], ARGV[2], ARGV[3], ARGV[4], now_ms()
local key = WEBHOOK .. id
if redis.call('HGET', key, 'token') ~= token or redis.call('HGET', key, 'event') ~= event then
  return 'lost'
end
count('deliveries', outcome)
local delivery = read_delivery(id, event)
delivery.code = ARGV[5] ~= '' and tonumber(ARGV[5]) or nil
delivery.took_ms = tonumber(ARGV[6])
delivery.error = ARGV[7] ~= '' and ARGV[7] or nil
if outcome == 'delivered' then
  end_delivery(id, event, delivery, 'delivered', now)
  redis.call('HDEL', key, 'failures', 'failing_ms')
  offer(id, now)
  return 'done'
end
redis.call('HINCRBY', key, 'failures', 1)
redis.call('HSETNX', key, 'failing_ms', now)
local is_refused = outcome == 'http-410'
if is_refused or ARGV[8] == '' then
  give_up_delivery(id, event, delivery, is_refused and 'webhook-refused' or 'attempts', now)
else
  redis.call('HSET', DELIVERY .. id, event, cjson.encode(delivery))
  redis.call('ZADD', PENDING .. id, now + ARGV[8], event)
end
local code, why
if is_refused then
  code, why = ARGV[11], ARGV[12]
elseif now - redis.call('HGET', key, 'failing_ms') >= tonumber(ARGV[10]) then
  code, why = ARGV[13], ARGV[14]
end
if why then
  switch_off(id, code, why, now)
  announce_webhook('webhook.disabled', id, 'error', cjson.encode({code = code, detail = why}))
else
  offer(id, now + ARGV[9])
end
return 'done'
