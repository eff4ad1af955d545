#!lua flags=allow-oom
-- needs: clock
-- arguments: host, every_ms, kept_ms
-- Set a longer interval between fetches of a host. Arguments: host, interval in ms, its lifetime in ms.
--
-- Set while other callers wait for places that are now too early: each is postponed when its time
-- comes, since a turn is granted by the time when the last fetch began.
local key = HOST .. args.host
redis.call('HSET', key, 'delay', args.every_ms, 'delay_until', now_ms() + args.kept_ms)
redis.call('PEXPIRE', key, args.kept_ms)
