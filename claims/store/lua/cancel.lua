#!lua flags=allow-oom
-- needs: articles, audit, clock, failures, items, queue, schedule
-- arguments: error, article, actor, ids...
-- End the unfinished checks of a claim, or the extraction or the checks of an article. Arguments: the
-- error of what has no verdict, the article or '', the actor, and the claim or the ids of all claims
-- of the article. Returns the number of items that were cancelled | 'other-claims' (the article has
-- other claims by now) | 'not-found'.
--
-- Worker under way: its item is in neither set from here on, its commit is refused. Commit just
-- before this: a claim that was judged is finished, and is not changed; the judging of a claim that was
-- gathered is cancelled.
-- Reply lost, call repeated: nothing is unfinished, and 0 is returned.
-- A check requested after this has the next number. A schedule continues with its next check.
-- Article extracted between the caller's reading of its claims and this: as in recheck.lua.
local actor = args.actor
local reason, article, now, cancelled, places = args.error, args.article, now_ms(), 0, {}
if article ~= '' then
  local key = ARTICLE .. article
  local status = redis.call('HGET', key, 'status')
  if not status then return 'not-found' end
  if not has_claims(article, #args.ids) then return 'other-claims' end
  if status == 'queued' then
    drop(item('extract', article, 1))
    fail('extract', key, article, reason, now)
    cancelled = 1
  end
elseif redis.call('EXISTS', CLAIM .. args.ids[1]) == 0 then
  return 'not-found'
end
for i, id in ipairs(args.ids) do
  local key = CLAIM .. id
  local status = redis.call('HGET', key, 'status')
  if status and not is_finished(status) then
    cancel_check(key, id, reason, now)
    cancelled, places[#places + 1] = cancelled + 1, i - 1
  end
end
if cancelled > 0 and article == '' then
  record_audit(actor, 'checks.cancelled', args.ids[1])
elseif cancelled > 0 then
  record_article(actor, 'checks.cancelled', article, places)
end
return cancelled
