#!lua flags=allow-oom
-- needs: clock, events, webhooks
-- arguments: token, ttl_ms, attempts_max, looked_max, waiting_max, shown_max, messages_max, window_ms, gone, died, digests...
-- Lease the webhook that has been ready longest, for the delivery of one event. Arguments: token, ms of
-- the lease, maximum number of attempts, number of events after which to stop reading, maximum number
-- of events that wait for one webhook; of an alert: the number of events in the answer, and of messages
-- in how many ms; the error for an event that is no longer kept, and for one
-- whose attempts are used up; each digest with its last and its next time in ms. Returns {webhook,
-- url, secret, previous secret or '', event id, fields of the event, attempt, failures of the webhook
-- in a row, kind of alert or '', further events as ids and fields, number of events beyond these}, or
-- nothing when none is ready.
--
-- The next event is a waiting one whose time has come, else the next in the stream that passes the
-- filter. This step also moves the position past the events read and adds those found to the waiting
-- ones, so that no event is left out or found twice.
-- For an alert it reads to the end of the stream; an event of a digest is due at the first time of
-- the digest after the event, so that one that is read late is not put off by a day. All events that
-- are due are leased together. After messages_max messages the alert waits for the end of the window.
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
local window_ms, looked = tonumber(args.window_ms), 0
local digests = {}
for i = 1, #args.digests, 3 do
  digests[args.digests[i]] = {tonumber(args.digests[i + 1]), tonumber(args.digests[i + 2])}
end

local function find_event(event)
  local found = redis.call('XRANGE', EVENTS, event, event)[1]
  return found and found[2]
end

local function answer(id)
  local hook = redis.call('HMGET', WEBHOOK .. id, 'url', 'secret', 'previous', 'previous_ms', 'event',
    'failures', 'kind')
  local before = hook[4] and tonumber(hook[4]) > now and hook[3] or ''
  local further, more, attempt = {}, 0, attempts_max
  for i, event in ipairs(held_events(id)) do
    attempt = math.min(attempt, read_delivery(id, event).attempts)
    local fields = i > 1 and i <= args.shown_max + 0 and find_event(event)
    if fields then
      further[#further + 1] = {event, fields}
    elseif i > 1 then
      more = more + 1
    end
  end
  return {id, hook[1], hook[2], before, hook[5], find_event(hook[5]), attempt,
    tonumber(hook[6] or 0), hook[7] or '', further, more}
end

-- When an event is due: now, or at the first time of a digest after it.
local function find_due(when, event)
  if when == '' then return now end
  local at, times = tonumber(string.match(event, '^%d+')), digests[when]
  return at <= times[1] and times[1] or times[2]
end

-- Read further in the stream: up to an event that passes, or for an alert up to the end or until
-- `room` events were found. Returns the first event that passes, and whether the end was reached.
local function read_on(id, room, when)
  local key = WEBHOOK .. id
  local hook = redis.call('HMGET', key, 'position', 'types', 'labels', 'folded_tag', 'article')
  local position, first, is_end = hook[1], nil, true
  local events = redis.call('XRANGE', EVENTS, '(' .. position, '+', 'COUNT', looked_max - looked)
  for _, event in ipairs(events) do
    looked, position = looked + 1, event[1]
    local is_new = redis.call('HEXISTS', DELIVERY .. id, position) == 0  -- else asked for by hand
    if is_new and passes(event[2], hook[2], hook[3], hook[4], hook[5], '') then
      for i = 1, #event[2], 2 do
        if event[2][i] == 'type' then
          redis.call('HSET', DELIVERY .. id, position,
            cjson.encode({type = event[2][i + 1], status = 'waiting', attempts = 0}))
        end
      end
      redis.call('ZADD', PENDING .. id, find_due(when, position), position)
      first, room = first or position, room - 1
      is_end = room > 0
      if not is_end then break end
    end
  end
  redis.call('HSET', key, 'position', position)
  return first, is_end and looked < looked_max
end

-- The events that are due of an alert, the first one first; none if it must wait or read on.
local function choose_all(id, when, sent, since)
  if sent >= args.messages_max + 0 and now >= since and now < since + window_ms then
    redis.call('ZADD', DELIVER_AT, since + window_ms, id)
    return {}
  end
  if when ~= '' and not digests[when] then  -- added after the digests were read
    redis.call('ZADD', DELIVER_AT, now + 1000, id)
    return {}
  end
  local room = waiting_max - redis.call('ZCARD', PENDING .. id)
  if room > 0 then
    local _, is_end = read_on(id, room, when)
    if not is_end and redis.call('ZCARD', PENDING .. id) < waiting_max then return {} end
  end
  local due = redis.call('ZRANGE', PENDING .. id, '-inf', now, 'BYSCORE', 'LIMIT', 0, waiting_max)
  if #due == 0 then
    local first = redis.call('ZRANGE', PENDING .. id, 0, 0, 'WITHSCORES')
    redis.call('ZADD', DELIVER_AT, first[2] or '+inf', id)
  end
  return due
end

-- The next events for a webhook: one, or those of an alert. Without any it is no longer ready, unless
-- there is more to read.
local function choose(id)
  local hook = redis.call('HMGET', WEBHOOK .. id, 'kind', 'when', 'sent', 'window_ms')
  if hook[1] then
    return choose_all(id, hook[2] or '', tonumber(hook[3] or 0), tonumber(hook[4] or 0))
  end
  local first = redis.call('ZRANGE', PENDING .. id, 0, 0, 'WITHSCORES')
  if first[1] and tonumber(first[2]) <= now then return {first[1]} end
  if redis.call('ZCARD', PENDING .. id) < waiting_max then
    local event, is_end = read_on(id, 1, '')
    if event or not is_end then return {event} end
  end
  redis.call('ZADD', DELIVER_AT, first[2] or '+inf', id)
  return {}
end

-- Returns true, or false when all deliveries ended instead.
local function lease(id, events)
  local taken = {}
  for _, event in ipairs(events) do
    local delivery = read_delivery(id, event)
    local is_kept = find_event(event)
    if not is_kept or delivery.attempts >= attempts_max then
      delivery.error = is_kept and args.died or args.gone
      give_up_delivery(id, event, delivery, is_kept and 'attempts' or 'event-gone', now)
    else
      delivery.attempts, delivery.at_ms = delivery.attempts + 1, now
      redis.call('HSET', DELIVERY .. id, event, cjson.encode(delivery))
      taken[#taken + 1] = event
    end
  end
  if #taken == 0 then return false end
  redis.call('HSET', WEBHOOK .. id, 'token', token, 'event', taken[1])
  if #taken > 1 then redis.call('HSET', WEBHOOK .. id, 'batch', table.concat(taken, ' ', 2)) end
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
  if lease(id, choose(id)) then return answer(id) end
end
return false
