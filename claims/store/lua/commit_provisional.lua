#!lua flags=allow-oom
-- needs: attempts, clock, counters, index, items, queue, reading, verdicts, versions
-- arguments: id, check, token, judge_ms, verdict...
-- Keep the judge's verdict of a check as provisional, and put the reading of its evidence into due. Arguments:
-- claim id, check, token, ms spent in the judge, the verdict in the form for `conclude`, which stores
-- it if no answer comes. Returns 'done' | 'lost'.
--
-- Until the reader has answered or the wait for it has ended, nothing is announced, counted among
-- labels or appended to the history: a check has one verdict.
-- Worker dies before this: the check is judged again. Worker dies after it: the reading is due, and the
-- judge is not asked again.
-- Two workers judge the same check: as in commit_verdict.lua.
-- No worker reads: the claim waits, and shows this verdict, until the sweeper ends the wait
-- (end_readings.lua); if sweeps have found no such worker for as long as a claim waits, it becomes the
-- verdict at once.
-- A verdict that is carried over cites pages of the previous check: that check still refers to them, and
-- is not deleted before this check has its verdict.
local id, check = args.id, args.check
local key, member, now = CLAIM .. id, item('judge', id, check), now_ms()
if not holds(key, member, args.token) then return 'lost' end
drop(member)
add_to('judge', args.judge_ms)
end_attempt(key, 'judge', 'committed', now)
keep_provisional(key, args.verdict)
local from = tonumber(redis.call('GET', UNREAD_FROM) or now + 1)
if now >= from and not has_reader(now) then return conclude_provisional(key, id, check, now) end
set_facet(key, 'status', 'reading')
redis.call('HSET', key, 'attempts', 0)
redis.call('HDEL', key, 'cause')
end_waiting(key)
touch(key)
put_due(item('read', id, check), now)
return 'done'
