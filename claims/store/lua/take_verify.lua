#!lua flags=allow-oom
-- needs: clock
-- arguments: token, life_ms, queue
-- Take the verify request that has waited longest. Arguments: token, ms for which it finds the request
-- again, 'score' for the judge or 'read' for the reader. Returns {id, request}, or nothing when none waits.
--
-- Two workers at once: the first one removes the request from the queue, the other gets another.
-- Reply lost, call repeated: the token finds the request that it took.
-- Withdrawn before this: it is no longer in the queue. Withdrawn after this: the answer is refused.
-- Worker dies after this: no worker takes the request again, its caller gives up, and it expires.
local token, waiting = args.token, args.queue == 'read' and VERIFY_READS or VERIFY_QUEUE
local taken = redis.call('GET', TAKEN .. token)
if taken then
  local request = redis.call('HGET', VERIFY .. taken, 'request')
  return request and {taken, request}
end
redis.call('ZREMRANGEBYSCORE', waiting, '-inf', now_ms())
local id = redis.call('ZPOPMIN', waiting)[1]
local request = id and redis.call('HGET', VERIFY .. id, 'request')
if not request then return false end
redis.call('SET', TAKEN .. token, id, 'PX', args.life_ms)
return {id, request}
