#!lua flags=allow-oom
-- needs: clock, events, webhooks
-- arguments: token, ttl_ms, attempts_max, looked_max, waiting_max, gone, died
-- Lease the webhook that has been ready longest, for the delivery of one event. Arguments: token, ms of
-- the lease, maximum number of attempts, number of events after which to stop reading, maximum number
-- of events that wait for one webhook, the error for an event that is no longer kept, and for one
-- whose attempts are used up. Returns {webhook, url, secret, previous secret or '', event id, fields
-- of the event, attempt, failures of the webhook in a row}, or nothing when none is ready.
--
-- The next event is a waiting one whose time has come, else the next in the stream that passes the
-- filter. This step also moves the position past the events read and adds those found to the waiting
-- ones, so that no event is left out or found twice.
-- Two workers at once: the first one leases the webhook, the second one another.
-- Reply lost, call repeated: the token finds the delivery that it leased. Lease lost meanwhile: the
-- caller takes another as usual.
-- Worker dies after this: the lease runs out, the event still waits, and it is delivered again with
-- the same id. One that kills every worker ends after the maximum number of attempts.
-- Event appended after this: the webhook is made ready again (wake_webhooks), because the id of the
-- last event differs then.
-- Receiver fails for days: the number of its waiting events is limited; until some have ended, no more of
-- the stream is read, and the position does not move.
local token, now = args.token, now_ms()
local attempts_max, looked_max, waiting_max = tonumber(args.attempts_max), tonumber(args.looked_max), tonumber(args.waiting_max)
local looked = 0

local function find_event(event)
  local found = redis.call('XRANGE', EVENTS, event, event)[1]
  return found and found[2]
end

local function answer(id)
  local hook = redis.call('HMGET', WEBHOOK .. id, 'url', 'secret', 'previous', 'previous_ms', 'event',
    'failures')
  local before = hook[4] and tonumber(hook[4]) > now and hook[3] or ''
  local event = hook[5]
  return {id, hook[1], hook[2], before, event, find_event(event), read_delivery(id, event).attempts,
    tonumber(hook[6] or 0)}
end

-- Read further in the stream. Returns an event that passes; else whether the end was reached.
local function read_on(id)
  local key = WEBHOOK .. id
  local hook = redis.call('HMGET', key, 'position', 'types', 'labels', 'folded_tag', 'article')
  local position, found = hook[1], nil
  local events = redis.call('XRANGE', EVENTS, '(' .. position, '+', 'COUNT', looked_max - looked)
  for _, event in ipairs(events) do
    looked, position = looked + 1, event[1]
    local is_new = redis.call('HEXISTS', DELIVERY .. id, position) == 0  -- else asked for by hand
    if is_new and passes(event[2], hook[2], hook[3], hook[4], hook[5], '') then
      found = event
      break
    end
  end
  redis.call('HSET', key, 'position', position)
  if not found then return nil, looked < looked_max end
  for i = 1, #found[2], 2 do
    if found[2][i] == 'type' then
      redis.call('HSET', DELIVERY .. id, position,
        cjson.encode({type = found[2][i + 1], status = 'waiting', attempts = 0}))
    end
  end
  redis.call('ZADD', PENDING .. id, now, position)
  return position, false
end

-- The next event for a webhook. Without one it is no longer ready, unless there is more to read.
local function choose(id)
  local first = redis.call('ZRANGE', PENDING .. id, 0, 0, 'WITHSCORES')
  if first[1] and tonumber(first[2]) <= now then return first[1] end
  if redis.call('ZCARD', PENDING .. id) < waiting_max then
    local event, is_end = read_on(id)
    if event or not is_end then return event end
  end
  redis.call('ZADD', DELIVER_AT, first[2] or '+inf', id)
end

-- Returns true, or false when the delivery ended instead.
local function lease(id, event)
  local delivery = read_delivery(id, event)
  local is_kept = find_event(event)
  if not is_kept or delivery.attempts >= attempts_max then
    delivery.error = is_kept and args.died or args.gone
    give_up_delivery(id, event, delivery, is_kept and 'attempts' or 'event-gone', now)
    return false
  end
  delivery.attempts, delivery.at_ms = delivery.attempts + 1, now
  redis.call('HSET', DELIVERY .. id, event, cjson.encode(delivery))
  redis.call('HSET', WEBHOOK .. id, 'token', token, 'event', event)
  redis.call('ZREM', DELIVER_AT, id)
  redis.call('ZADD', DELIVERING, now + args.ttl_ms, id)
  redis.call('SET', TAKEN .. token, id, 'PX', args.ttl_ms)
  return true
end

local taken = redis.call('GET', TAKEN .. token)
if taken and redis.call('HGET', WEBHOOK .. taken, 'token') == token then return answer(taken) end
wake_webhooks(now)
for _ = 1, 200 do
  local id = redis.call('ZRANGE', DELIVER_AT, '-inf', now, 'BYSCORE', 'LIMIT', 0, 1)[1]
  if not id or looked >= looked_max then return false end
  local event = choose(id)
  if event and lease(id, event) then return answer(id) end
end
return false
