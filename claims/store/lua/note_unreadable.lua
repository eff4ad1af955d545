#!lua flags=allow-oom
-- needs: clock, counters
-- arguments: kind, id, life_ms, every_ms, most
-- Record that a process found a record that it cannot read. Arguments: kind, id, ms for which this is
-- remembered, minimum ms between two writes about the same record, maximum number of records.
-- Returns 'new' | 'known'.
--
-- A client may request the same record often, so that only some of these finds are written.
-- Reply lost, call repeated: the record is known, and is counted once.
local kind, member, now = args.kind, args.kind .. ' ' .. args.id, now_ms()
redis.call('ZREMRANGEBYSCORE', UNREADABLE, '-inf', now - args.life_ms)
local met = redis.call('ZSCORE', UNREADABLE, member)
if met and now - met < tonumber(args.every_ms) then return 'known' end
redis.call('ZADD', UNREADABLE, now, member)
if met then return 'known' end
count('unreadable', kind)
redis.call('ZREMRANGEBYRANK', UNREADABLE, 0, -1 - args.most)
return 'new'
