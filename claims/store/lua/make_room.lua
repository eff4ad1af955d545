#!lua flags=allow-oom
-- needs: clock, pages
-- arguments: limit, needed_ms
-- Delete the oldest data, whatever its age, because memory is short: answers of judges and pages to
-- which no check refers; if there are none, answers of readers, and last the oldest superseded checks.
-- Arguments: maximum number of pages, and of checks, to delete; the remaining lifetime in ms of a cache
-- entry above which the work under way needs its page.
-- Returns {scores, pages, checks, answers} deleted; four times 0: nothing is left to delete.
--
-- Check judged at the same time whose answers are deleted: its judge has read them, or asks again.
-- Page fetched, its check not yet committed: it is among those that are needed.
-- Page deleted whose cache entry lives on: begin_fetch counts the entry as none.
-- Two callers at once, or the call repeated: the second deletes the next.
local SCAN_STEPS, SCAN_KEYS = 10, 1000
-- Delete some keys with this prefix, from where the last call stopped. Returns their number.
local function delete_some(prefix, scan)
  local cursor, found, steps = redis.call('GET', scan) or '0', {}, 0
  repeat
    cursor, found = unpack(redis.call('SCAN', cursor, 'MATCH', prefix .. '*', 'COUNT', SCAN_KEYS))
    steps = steps + 1
  until #found > 0 or cursor == '0' or steps == SCAN_STEPS
  redis.call('SET', scan, cursor)
  if #found > 0 then redis.call('DEL', unpack(found)) end
  return #found
end
local now, answers, checks = now_ms(), 0, 0
local scores = delete_some(SCORE, SCORE_SCAN)
local pages = forget_pages(now + args.needed_ms, args.limit)
if scores + pages == 0 then answers = delete_some(ANSWER, ANSWER_SCAN) end
if scores + pages + answers == 0 then checks = forget_superseded('+inf', args.limit, now) end
return {scores, pages, checks, answers}
