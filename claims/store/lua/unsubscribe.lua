#!lua flags=allow-oom
-- needs: audit, clock, webhooks
-- arguments: id, token, why, actor
-- Switch an alert off, for its recipient. Arguments: id of the alert, its token, the reason in words,
-- the actor. Returns 'off', also when it was switched off before | 'not-found': no alert has this token.
--
-- A message is being sent: its recipient gets it, and the end of the delivery is refused.
-- Reply lost, call repeated: it is switched off already, and nothing is recorded again.
local id, key = args.id, WEBHOOK .. args.id
local hook = redis.call('HMGET', key, 'kind', 'secret', 'disabled_ms')
if not hook[1] or hook[2] ~= args.token then return 'not-found' end
if hook[3] then return 'off' end
switch_off(id, 'unsubscribed', args.why, now_ms())
record_audit(args.actor, 'alert.unsubscribed', id)
return 'off'
