#!lua flags=allow-oom
-- needs: articles, audit, clock, deletion, items, queue
-- arguments: article, actor, ids...
-- Delete a claim, or an article with all its claims. Arguments: the article or '', the actor, and the
-- claim or the ids of all claims of the article. Returns 'deleted' | 'other-claims' (the article
-- has other claims by now) | 'not-found' (there never was such an article or claim).
--
-- Only the id and the time of the deletion stay; evidence is deleted with the checks that cite it. The
-- sweeper deletes the checks for which a script has no time (forget.lua).
-- Work under way: its item is in neither set from here on, so that a late commit is refused, and no
-- worker can take an item that still waits.
-- Reply lost, call repeated: the deletion is found, and nothing is recorded again.
-- Article extracted between the caller's reading of its claims and this: as in recheck.lua.
-- Extraction committed after this: refused, no claim appears.
local actor = args.actor
local article, now, left = args.article, now_ms(), 200
local id, key, places = args.ids[1], CLAIM .. (args.ids[1] or ''), {}
if article ~= '' then id, key = article, ARTICLE .. article end
if redis.call('EXISTS', key) == 0 then
  return redis.call('HEXISTS', GONE, id) == 1 and 'deleted' or 'not-found'
end
if article ~= '' and not has_claims(article, #args.ids) then return 'other-claims' end
for i, claim in ipairs(args.ids) do
  if redis.call('EXISTS', CLAIM .. claim) == 1 then places[#places + 1] = i - 1 end
  left = left - delete_claim(claim, article == '', left, now)
end
if article ~= '' then
  drop(item('extract', article, 1))
  delete_record('extract', article, now)
end
if article == '' then
  record_audit(actor, 'claim.deleted', id)
else
  record_article(actor, 'article.deleted', article, places)
end
return 'deleted'
