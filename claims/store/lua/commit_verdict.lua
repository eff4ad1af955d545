#!lua flags=allow-oom
-- needs: attempts, clock, counters, items, queue, schedule, verdicts
-- arguments: stage, id, check, token, judge_ms, every, every_ms, reason, verdict...
-- Store the verdict of a check: the judge's, or that of judge and reader together. Arguments: the stage
-- that ends (judge, read), claim id, check, token, ms spent in the judge, the next period of an
-- adaptive schedule, the same in ms, and why ('' without one), the verdict in the form for `conclude`.
-- Returns 'done' | 'lost', also when the check already has a verdict.
--
-- Two workers judge the same check (the first one's lease ran out): only one token is valid; the
-- other worker gets 'lost' and discards its verdict, so a check has exactly one.
-- Worker dies after this, before acknowledging its message: the redelivered message finds the
-- item in neither set.
-- Attempts to read were exhausted meanwhile: the judge's verdict became that of the check, its item is
-- in neither set, and the late answer is refused.
-- Schedule changed to a fixed one, or deleted, while this check was judged: its period stays.
-- Re-check requested while this check is judged: it got this check's number; requested after
-- this: it gets the next number.
-- A verdict that is carried over cites pages as an earlier check read them. The check that this one
-- replaces still refers to them; this script adds references of this check before that one may be
-- deleted.
local stage, id, check = args.stage, args.id, args.check
local key, member, now = CLAIM .. id, item(stage, id, check), now_ms()
if not holds(key, member, args.token) then return 'lost' end
drop(member)
add_to('judge', args.judge_ms)
end_attempt(key, stage, 'committed', now)
if stage == 'read' then count('readings', args.verdict[9]) end
adapt_schedule(key, args.every, args.every_ms, args.reason, now)
return conclude(key, id, check, args.verdict, now)
