#!lua flags=allow-oom
-- Delete checks that were superseded long enough ago, and pages that nobody needs any more.
-- ARGV: how long a superseded check is kept in ms, or '' for ever; most checks and most pages to
-- look at. Gives {checks, pages} deleted.
--
-- Only checks whose place a newer verdict took are listed, so the latest verdict of a claim is
-- never found here, however old it is and however many checks failed after it.
-- Check superseded while this runs: before, it is not yet listed; after, it is kept from then on.
-- Verdict committed at the same time that cites a page of a check to be deleted: if the commit ran
-- first the page has another reference; if this ran first, the check was superseded before, and
-- then the verdict that stands has had references of its own since.
-- Page fetched or found in the cache, its check not yet committed: the cache needs it for months;
-- if a worker sleeps longer, commit_gathering finds the page gone and refuses.
-- Page fetched again while it is deleted: before, its time is moved on and it stays; after, it is
-- kept anew. Two callers at once: the second finds nothing left to do.
-- A page that is still referred to leaves the list; the last reference puts it back.
local now, checks, pages = now_ms(), 0, 0
if ARGV[1] ~= '' then
  local old = redis.call('ZRANGE', SUPERSEDED, '-inf', now - ARGV[1], 'BYSCORE', 'LIMIT', 0,
    ARGV[2])
  for _, member in ipairs(old) do
    local id, check = string.match(member, '^(.*):(%d+)$')
    forget_check(id, check, now)
    redis.call('ZREM', SUPERSEDED, member)
    checks = checks + 1
  end
end
for _, sha256 in ipairs(redis.call('ZRANGE', IDLE, '-inf', now, 'BYSCORE', 'LIMIT', 0, ARGV[3])) do
  redis.call('ZREM', IDLE, sha256)
  if redis.call('HGET', CITATIONS, sha256) == '0' then
    redis.call('DEL', PAGE .. sha256)
    redis.call('HDEL', CITATIONS, sha256)
    pages = pages + 1
  end
end
return {checks, pages}
