-- needs: counters, events
-- Webhooks.

-- A webhook that is switched on is in DELIVER_AT or, while an event is delivered to it, in
-- DELIVERING, never in both: one delivery at a time, so that a receiver that hangs delays only its own
-- events. An event to be delivered is in PENDING from the moment it is found in the stream until its
-- delivery has ended; then it is in DELIVERED, the log.

-- An alert is a webhook whose id begins with n_: a message of it has all its events that are due, the
-- lead in the field `event`, the others in `batch`. Their delivery ends together.
local function name_action(id, verb)
  return (string.sub(id, 1, 2) == 'n_' and 'alert.' or 'webhook.') .. verb
end

-- The events of the delivery under way, the lead first.
local function held_events(id)
  local held = redis.call('HMGET', WEBHOOK .. id, 'event', 'batch')
  local events = {held[1] or nil}
  for event in string.gmatch(held[2] or '', '%S+') do events[#events + 1] = event end
  return events
end

-- Make the webhooks ready that were up to date before the last event.
local function wake_webhooks(now)
  local last = last_event()
  if redis.call('GET', ANNOUNCED) == last then return end
  redis.call('SET', ANNOUNCED, last)
  for _, id in ipairs(redis.call('ZRANGE', DELIVER_AT, '+inf', '+inf', 'BYSCORE')) do
    redis.call('ZADD', DELIVER_AT, now, id)
  end
end

-- Free a webhook for its next delivery, at `at` or later; the holder of the previous one loses its lease.
local function offer(id, at)
  redis.call('HDEL', WEBHOOK .. id, 'token', 'event', 'batch')
  redis.call('ZREM', DELIVERING, id)
  redis.call('ZADD', DELIVER_AT, at, id)
end

-- End the delivery of an event. The log keeps only this number of the last ones.
local DELIVERED_MAX = 200
local function end_delivery(id, event, delivery, status, now)
  delivery.status = status
  redis.call('HSET', DELIVERY .. id, event, cjson.encode(delivery))
  redis.call('ZREM', PENDING .. id, event)
  redis.call('ZADD', DELIVERED .. id, now, event)
  local excess = redis.call('ZCARD', DELIVERED .. id) - DELIVERED_MAX
  if excess <= 0 then return end
  local oldest = redis.call('ZPOPMIN', DELIVERED .. id, excess)
  for i = 1, #oldest, 2 do redis.call('HDEL', DELIVERY .. id, oldest[i]) end
end

local function give_up_delivery(id, event, delivery, reason, now)
  count('deliveries_given_up', reason)
  end_delivery(id, event, delivery, 'failed', now)
end

local function read_delivery(id, event)
  return cjson.decode(redis.call('HGET', DELIVERY .. id, event))
end

local function announce_webhook(event, id, ...)
  return append_event(event, redis.call('HGET', WEBHOOK .. id, 'host'), 'webhook', id, ...)
end

-- Switch a webhook off, for a reason with this code and these words; waiting events are given up.
local function switch_off(id, code, why, now)
  local key = WEBHOOK .. id
  count('webhooks_disabled', code)
  redis.call('ZREM', DELIVER_AT, id)
  redis.call('ZREM', DELIVERING, id)
  redis.call('HDEL', key, 'token', 'event', 'batch', 'failures', 'failing_ms')
  redis.call('HSET', key, 'disabled_ms', now, 'disabled_why', why)
  for _, event in ipairs(redis.call('ZRANGE', PENDING .. id, 0, -1)) do
    give_up_delivery(id, event, read_delivery(id, event), 'webhook-disabled', now)
  end
end
