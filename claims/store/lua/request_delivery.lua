#!lua
-- needs: audit, clock, webhooks
-- arguments: id, event, token, life_ms, most, actor
-- Deliver an event once more, or a new ping, as soon as possible. Arguments: webhook id, event id or '' for
-- a ping, token of this request, ms for which the token is known, maximum number of events that wait,
-- the actor.
-- Returns {outcome, event id}: 'requested' | 'disabled' | 'full' | 'gone' (the event is not kept) |
-- 'not-found'.
--
-- Reply lost, call repeated: the token finds the ping that was announced; no second one is announced. An
-- event that already waits is not added again, and its attempts are counted from the start.
-- The event is being delivered: nothing changes, because that delivery serves as well.
local actor = args.actor
local id, event, token, now = args.id, args.event, args.token, now_ms()
local action = name_action(id, event == '' and 'pinged' or 'redelivered')
local key = WEBHOOK .. id
if redis.call('EXISTS', key) == 0 then return {'not-found', ''} end
local known = redis.call('GET', TAKEN .. token)
if known then return {'requested', known} end
if redis.call('HEXISTS', key, 'disabled_ms') == 1 then return {'disabled', ''} end
if redis.call('ZCARD', PENDING .. id) >= tonumber(args.most) then return {'full', ''} end
if event == '' then event = announce_webhook('webhook.ping', id) end
local found = redis.call('XRANGE', EVENTS, event, event)[1]
if not found then return {'gone', ''} end
redis.call('SET', TAKEN .. token, event, 'PX', args.life_ms)
record_audit(actor, action, id)
if redis.call('HGET', key, 'event') == event then return {'requested', event} end
local fields = found[2]
for i = 1, #fields, 2 do
  if fields[i] == 'type' then
    redis.call('HSET', DELIVERY .. id, event,
      cjson.encode({type = fields[i + 1], status = 'waiting', attempts = 0}))
  end
end
redis.call('ZREM', DELIVERED .. id, event)
redis.call('ZADD', PENDING .. id, now, event)
redis.call('ZADD', DELIVER_AT, 'XX', now, id)
return {'requested', event}
