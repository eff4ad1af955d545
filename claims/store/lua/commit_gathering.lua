#!lua flags=allow-oom
-- needs: attempts, clock, index, items, pages, queue, versions
-- arguments: id, check, token, gathered, pages...
-- Store what a check gathered, with references to its pages, and put its judging into due.
-- Arguments: claim id, check, token, gathered, the sha256 of each page.
-- Returns 'done' | 'lost' | 'page-gone' (one of the pages is no longer stored).
--
-- Worker dies before this: the check is gathered again; the page cache still has most pages.
-- Worker dies after it: the judge item is due, nothing is gathered twice.
-- Late commit of an older check: its item is in neither set, so the commit is refused.
-- Page deleted between its fetch and this (the worker slept for longer than the cache needs a
-- page): nothing is written, and the check is gathered again. From this step on the page counts
-- as referred to, and is not deleted.
local id, check = args.id, args.check
local key, member = CLAIM .. id, item('gather', id, check)
if not holds(key, member, args.token) then return 'lost' end
for _, sha256 in ipairs(args.pages) do
  if redis.call('EXISTS', PAGE .. sha256) == 0 then return 'page-gone' end
end
redis.call('HSET', GATHERED .. id, check, args.gathered)
for _, sha256 in ipairs(args.pages) do cite(id, check, sha256) end
set_facet(key, 'status', 'judging')
redis.call('HSET', key, 'attempts', 0)
redis.call('HDEL', key, 'searched', 'cause')
end_waiting(key)
touch(key)
drop(member)
local now = now_ms()
put_due(item('judge', id, check), now)
end_attempt(key, 'gather', 'committed', now)
return 'done'
