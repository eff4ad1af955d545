#!lua
-- needs: articles, audit, clock, index, items, pages, queue, schedule, submissions, versions
-- arguments: most, share, article, reader, stage, actor, ids...
-- Request a check of claims now: all or none of them. Arguments: maximum number of waiting items, and of
-- those of one key; article of which these are all the claims, '*' for the claims of a list, or '' for
-- a single one; whether this check asks the reader (a ReaderChoice), '' for the choice of the claim;
-- 'gather', or 'judge' for a check of the evidence of the last verdict; the actor; the
-- ids. Returns the number of the check of each claim, 0 for one of several that was deleted or
-- corrected, or that has no evidence to judge again | 'full' | 'share' (refuse_more) | 'other-claims' (the
-- article has other claims by now) | 'corrected' | 'no-verdict' | 'not-found'.
--
-- Requested twice at once, or the call repeated after a lost reply: the first call made the claims
-- unfinished, and the second gets the same numbers.
-- Requested while the scheduled check of the same number is planned: it becomes due now instead.
-- Requested while that check is being leased: the step that runs first starts it, same number.
-- Requested while a check is under way: the choice about the reader applies to that check, unless its
-- judging has ended.
-- Article extracted between the caller's reading of its claims and this: nothing is written, and
-- the caller reads again.
-- The previous check is deleted by age after this: the new check cites the pages as well.
local actor = args.actor
local article, now, checks, idle = args.article, now_ms(), {}, 0
local asked, is_again = args.reader, args.stage == 'judge'
local started, places = {}, {}
local owner, request = read_actor(actor)
local is_single, is_list = article == '', article == '*'
if not is_single and not is_list and not has_claims(article, #args.ids) then return 'other-claims' end
for i, id in ipairs(args.ids) do
  local claim = redis.call('HMGET', CLAIM .. id, 'status', 'check', 'corrected_by',
    'verdict_check')
  local is_open = claim[1] and not claim[3]
  if is_single and not is_open then return claim[1] and 'corrected' or 'not-found' end
  local has_nothing = is_open and is_again and is_finished(claim[1])
    and not (claim[4] and redis.call('HEXISTS', GATHERED .. id, claim[4]) == 1)
  if is_single and has_nothing then return 'no-verdict' end
  checks[i] = is_open and not has_nothing and tonumber(claim[2]) or 0
  if checks[i] > 0 and is_finished(claim[1]) then idle = idle + 1 end
end
local refused = idle > 0 and refuse_more(idle, args.most, args.share, owner)
if refused then return refused end

-- Give a check the evidence of the last verdict, to judge it again.
local function copy_gathered(id, check)
  local last = redis.call('HGET', CLAIM .. id, 'verdict_check')
  redis.call('HSET', GATHERED .. id, check, redis.call('HGET', GATHERED .. id, last))
  for sha256 in string.gmatch(redis.call('HGET', CITED .. id, last) or '', '%S+') do
    cite(id, check, sha256)
  end
end

-- The checks of several claims are one submission.
local serial = idle > 0 and redis.call('INCR', SERIAL)
for i, check in ipairs(checks) do
  local id = args.ids[i]
  local key = CLAIM .. id
  local is_idle = check > 0 and is_finished(redis.call('HGET', key, 'status'))
  if is_idle then
    checks[i] = check + 1
    drop(item('gather', id, check + 1))
    start_check(key, check + 1, now, not is_again and now)
    set_facet(key, 'status', is_again and 'judging' or 'queued')
    redis.call('HSET', key, 'class', is_again and is_list and 1 or 0,
      'submission', is_single and id or name_submission(serial), 'serial', serial,
      'owner', owner, 'request', request)
    if is_again then copy_gathered(id, check + 1) end
    touch(key)
    put_due(item(is_again and 'judge' or 'gather', id, check + 1), now)
    started[#started + 1], places[#places + 1] = id, i - 1
  end
  if check > 0 and asked ~= '' then redis.call('HSET', key, 'asks_reader', asked) end
end
record_several(actor, is_again and 'reading.requested' or 'check.requested',
  is_list and '' or article, started, places)
return checks
