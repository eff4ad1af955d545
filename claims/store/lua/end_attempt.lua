#!lua flags=allow-oom
-- needs: clock, counters, webhooks
-- arguments: id, event, token, outcome, code, took_ms, error, wait_ms, attempts_max, rest_ms, failing_ms, window_ms, refused_code, refused_why, failing_code, failing_why
-- Record how an attempt to deliver an event ended, and free the webhook for the next delivery.
-- Arguments: webhook id, event id, token; outcome: 'delivered', 'http-410' when the receiver wants no more
-- events, or another failure; status of the answer or '', ms, error; ms until the next attempt or ''
-- after the last one; maximum number of attempts; ms for which the webhook rests; ms without success after which it is switched
-- off; ms in which the messages of an alert are counted; code and words of both reasons to switch it off: refused, failing.
-- Returns 'done' | 'lost': the lease is lost, and nothing is written.
--
-- Reply lost, call repeated: the token is gone from the webhook, and nothing is counted again.
-- Lease ran out, and another worker delivers the event again: this end is refused.
-- Webhook deleted or switched off meanwhile: the same. Changed or its secret rotated: no matter.
-- The further events of an alert's message end with it; each has its own number of attempts.
-- A redelivery was requested meanwhile: this attempt counts as the redelivery.
local id, event, token, outcome, now = args.id, args.event, args.token, args.outcome, now_ms()
local key = WEBHOOK .. id
if redis.call('HGET', key, 'token') ~= token or redis.call('HGET', key, 'event') ~= event then
  return 'lost'
end
count('deliveries', outcome)
local is_refused = outcome == 'http-410'
for _, each in ipairs(held_events(id)) do
  local delivery = read_delivery(id, each)
  delivery.code = args.code ~= '' and tonumber(args.code) or nil
  delivery.took_ms = tonumber(args.took_ms)
  delivery.error = args.error ~= '' and args.error or nil
  if outcome == 'delivered' then
    end_delivery(id, each, delivery, 'delivered', now)
  elseif is_refused or args.wait_ms == '' or delivery.attempts >= tonumber(args.attempts_max) then
    give_up_delivery(id, each, delivery, is_refused and 'webhook-refused' or 'attempts', now)
  else
    redis.call('HSET', DELIVERY .. id, each, cjson.encode(delivery))
    redis.call('ZADD', PENDING .. id, now + args.wait_ms, each)
  end
end
if outcome == 'delivered' then
  redis.call('HDEL', key, 'failures', 'failing_ms')
  if redis.call('HEXISTS', key, 'kind') == 1 then
    local since = tonumber(redis.call('HGET', key, 'window_ms') or 0)
    if now < since or now >= since + args.window_ms then
      redis.call('HSET', key, 'window_ms', now, 'sent', 0)
    end
    redis.call('HINCRBY', key, 'sent', 1)
  end
  offer(id, now)
  return 'done'
end
redis.call('HINCRBY', key, 'failures', 1)
redis.call('HSETNX', key, 'failing_ms', now)
local code, why
if is_refused then
  code, why = args.refused_code, args.refused_why
elseif now - redis.call('HGET', key, 'failing_ms') >= tonumber(args.failing_ms) then
  code, why = args.failing_code, args.failing_why
end
if why then
  switch_off(id, code, why, now)
  announce_webhook('webhook.disabled', id, 'error', cjson.encode({code = code, detail = why}))
else
  offer(id, now + args.rest_ms)
end
return 'done'
