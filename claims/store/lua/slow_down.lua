#!lua
-- Let the fetches of a host begin further apart. ARGV: host, ms between two, life of that in ms.
--
-- Set while others wait for places that are too close now: each is put off when its time comes,
-- since a turn is given by when the last fetch began.
local key = HOST .. ARGV[1]
redis.call('HSET', key, 'delay', ARGV[2], 'delay_until', now_ms() + ARGV[3])
redis.call('PEXPIRE', key, ARGV[3])
return 1
