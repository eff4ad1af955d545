#!lua flags=allow-oom
-- needs: clock
-- Set a longer interval between fetches of a host. ARGV: host, interval in ms, its lifetime in ms.
--
-- Set while other callers wait for places that are now too early: each is postponed when its time
-- comes, since a turn is granted by the time when the last fetch began.
local key = HOST .. ARGV[1]
redis.call('HSET', key, 'delay', ARGV[2], 'delay_until', now_ms() + ARGV[3])
redis.call('PEXPIRE', key, ARGV[3])
