#!lua flags=allow-oom
-- needs: articles, audit, clock, failures, items, queue, schedule
-- End the unfinished checks of a claim, or the extraction or the checks of an article. ARGV: the
-- error of what has no verdict, the article or '', then the claim or the ids of all claims of the
-- article, and last the actor. Returns the number of items that were cancelled | 'other-claims' (the article has
-- other claims by now) | 'not-found'.
--
-- Worker under way: its item is in neither set from here on, its commit is refused. Commit just
-- before this: a claim that was judged is finished, and left alone; one that was gathered has its
-- judging cancelled.
-- Reply lost, call repeated: nothing is unfinished, and 0 is returned.
-- A check requested after this has the next number. A schedule goes on with its next check.
-- Article extracted between the caller's reading of its claims and this: as in request_check.lua.
local actor = table.remove(ARGV)
local reason, article, now, cancelled, places = ARGV[1], ARGV[2], now_ms(), 0, {}
if article ~= '' then
  local key = ARTICLE .. article
  local status = redis.call('HGET', key, 'status')
  if not status then return 'not-found' end
  if not has_claims(article, #ARGV - 2) then return 'other-claims' end
  if status == 'queued' then
    drop(item('extract', article, 1))
    fail('extract', key, article, reason, now)
    cancelled = 1
  end
elseif redis.call('EXISTS', CLAIM .. ARGV[3]) == 0 then
  return 'not-found'
end
for i = 3, #ARGV do
  local key = CLAIM .. ARGV[i]
  local status = redis.call('HGET', key, 'status')
  if status and not is_finished(status) then
    cancel_check(key, ARGV[i], reason, now)
    cancelled, places[#places + 1] = cancelled + 1, i - 3
  end
end
if cancelled > 0 and article == '' then
  record_audit(actor, 'checks.cancelled', ARGV[3])
elseif cancelled > 0 then
  record_article(actor, 'checks.cancelled', article, places)
end
return cancelled
