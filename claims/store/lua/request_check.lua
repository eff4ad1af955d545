#!lua
-- Request a check of claims now: all or none of them. ARGV: maximum number of waiting items, and of
-- those of one key; article of which these are all the claims, '*' for the claims of a list, or '' for
-- a single one; then the ids, and last the actor. Returns the number of the check of each claim, 0 for
-- one of several that was deleted or corrected; -1 when the queue is full, -4 when the share of the key is, -2 when the article has
-- other claims by now, -3 when the claim was corrected; nothing when there is no such claim.
--
-- Requested twice at once, or the call repeated after a lost reply: the first call made the claims
-- unfinished, and the second gets the same numbers.
-- Requested while the scheduled check of the same number is planned: it becomes due now instead.
-- Requested while that check is being leased: the step that runs first starts it, same number.
-- Article extracted between the caller's reading of its claims and this: nothing is written, and
-- the caller reads again.
local actor = table.remove(ARGV)
local article, now, checks, idle = ARGV[3], now_ms(), {}, 0
local owner, request = read_actor(actor)
local is_single, is_list = article == '', article == '*'
if not is_single and not is_list and not has_claims(article, #ARGV - 3) then return -2 end
for i = 4, #ARGV do
  local claim = redis.call('HMGET', CLAIM .. ARGV[i], 'status', 'check', 'corrected_by')
  local is_open = claim[1] and not claim[3]
  if is_single and not is_open then return claim[1] and -3 end
  checks[i - 3] = is_open and tonumber(claim[2]) or 0
  if is_open and is_finished(claim[1]) then idle = idle + 1 end
end
local refused = idle > 0 and refuse_more(idle, ARGV[1], ARGV[2], owner)
if refused then return refused == 'full' and -1 or -4 end
-- The checks of several claims are one submission.
local serial = idle > 0 and redis.call('INCR', SERIAL)
for i, check in ipairs(checks) do
  local id = ARGV[i + 3]
  local key = CLAIM .. id
  if check > 0 and is_finished(redis.call('HGET', key, 'status')) then
    checks[i] = check + 1
    local member = item('gather', id, check + 1)
    leave(member)
    start_check(key, check + 1, now, now)
    set_facet(key, 'status', 'queued')
    redis.call('HSET', key, 'class', 0,
      'submission', is_single and id or name_submission(serial), 'serial', serial,
      'owner', owner, 'request', request)
    touch(key)
    put_due(member, now)
    record_audit(actor, 'check.requested', id)
  end
end
return checks
