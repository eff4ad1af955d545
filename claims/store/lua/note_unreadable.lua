#!lua flags=allow-oom
-- needs: clock, counters
-- Record that a process met a record that it cannot read. ARGV: kind, id, ms for which a record that
-- was met is remembered, ms between two records of the same, maximum number of records.
-- Returns 'new' | 'known'.
--
-- A reader meets the same record at each request, so that is written once in a while only.
-- Reply lost, call repeated: the record is known, and is counted once.
local kind, member, now = ARGV[1], ARGV[1] .. ' ' .. ARGV[2], now_ms()
redis.call('ZREMRANGEBYSCORE', UNREADABLE, '-inf', now - ARGV[3])
local met = redis.call('ZSCORE', UNREADABLE, member)
if met and now - met < tonumber(ARGV[4]) then return 'known' end
redis.call('ZADD', UNREADABLE, now, member)
if met then return 'known' end
count('unreadable', kind)
redis.call('ZREMRANGEBYRANK', UNREADABLE, 0, -1 - ARGV[5])
return 'new'
