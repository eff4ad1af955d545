#!lua
-- needs: audit, clock, events, webhooks
-- arguments: id, status, actor, fields...
-- Change a webhook. Arguments: id, 'active', 'disabled' or '' to leave the status, the actor, fields
-- and values in turn. Returns 'changed' | 'not-found'.
--
-- A change ends the webhook's rest and resets its failures, because it may have repaired the cause.
-- Switched off while an event is being delivered: the end of that delivery is refused.
-- Switched on again: the events from now on are delivered, as with a new one.
-- Reply lost, call repeated: the fields are equal already, and nothing is recorded again.
local actor, now = args.actor, now_ms()
local id, status = args.id, args.status
local key = WEBHOOK .. id
if redis.call('EXISTS', key) == 0 then return 'not-found' end
local changed, is_off = false, redis.call('HEXISTS', key, 'disabled_ms') == 1
for i = 1, #args.fields, 2 do
  local field, value = args.fields[i], args.fields[i + 1]
  if redis.call('HGET', key, field) ~= value then
    redis.call('HSET', key, field, value)
    changed = true
  end
end
if status == 'disabled' and not is_off then
  switch_off(id, 'by-hand', 'it was switched off by hand', now)
  changed, is_off = true, true
elseif status == 'active' and is_off then
  redis.call('HDEL', key, 'disabled_ms', 'disabled_why')
  redis.call('HSET', key, 'position', last_event())
  redis.call('ZADD', DELIVER_AT, now, id)
  changed, is_off = true, false
end
if not changed then return 'changed' end
redis.call('HDEL', key, 'failures', 'failing_ms')
if not is_off then redis.call('ZADD', DELIVER_AT, 'XX', now, id) end
record_audit(actor, 'webhook.changed', id)
return 'changed'
