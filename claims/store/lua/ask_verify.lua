#!lua
-- needs: clock
-- arguments: id, request, ends_ms, most
-- Put a verify request into the judge's queue. Arguments: id, request, ms until its caller gives up, maximum
-- number of waiting requests. Returns 'waiting' | 'full' | 'no-judge', when no worker judges.
--
-- These requests are no work items: no record waits for one, and nothing is due or leased.
-- Reply lost, call repeated: the request is found, even if a worker has taken it meanwhile.
-- Caller dies after this: request and answer expire, and from then on no worker takes the request.
local id, now = args.id, now_ms()
if redis.call('EXISTS', VERIFY .. id) == 1 then return 'waiting' end
redis.call('ZREMRANGEBYSCORE', VERIFY_QUEUE, '-inf', now)
if redis.call('ZCOUNT', CONSUMERS .. 'score', now, '+inf') == 0 then return 'no-judge' end
if redis.call('ZCARD', VERIFY_QUEUE) >= tonumber(args.most) then return 'full' end
redis.call('HSET', VERIFY .. id, 'request', args.request)
redis.call('PEXPIRE', VERIFY .. id, args.ends_ms)
redis.call('ZADD', VERIFY_QUEUE, now + args.ends_ms, id)
return 'waiting'
