#!lua flags=allow-oom
-- needs: clock, pages
-- arguments: kept_ms, checks_max, pages_max
-- Delete checks that were superseded long enough ago or whose claim was deleted, and pages that are
-- no longer needed.
-- Arguments: ms for which a superseded check is kept, or '' for ever; maximum number of checks and of
-- pages to examine. Returns {checks, pages} deleted.
--
-- Only checks that a newer verdict replaced are listed, so the latest verdict of a claim is
-- never found here, however old it is and however many checks failed after it.
-- Check superseded at the same time: if this ran first, the check is not listed yet; if the commit
-- ran first, the check is kept for the whole period from then on.
-- Verdict committed at the same time that cites a page of a check to be deleted: if the commit ran
-- first, the page has another reference; if this ran first, the check was superseded before, and
-- the verdict that is carried over has had references of its own since then.
-- A deleted claim has many checks: each call deletes some of them, in any order.
-- Page fetched or found in the cache, its check not yet committed: the cache needs it for months;
-- if a worker sleeps longer, commit_gathering finds the page gone and refuses.
-- Page fetched again while it is deleted: if the fetch ended before, the page's time was extended and it
-- stays; if after, it is stored again. Two callers at once: the second finds nothing left to do.
local now, checks = now_ms(), 0
if args.kept_ms ~= '' then checks = forget_superseded(now - args.kept_ms, args.checks_max, now) end
local most = args.checks_max - checks
for _, id in ipairs(redis.call('SRANDMEMBER', ERASING, 10)) do
  local erased = erase_checks(id, most, now)
  checks, most = checks + erased, most - erased
end
return {checks, forget_pages(now, args.pages_max)}
