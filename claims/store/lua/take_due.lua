#!lua flags=allow-oom
-- Items to ring now. ARGV: most to give, shortest and longest time to the next ring in ms.
--
-- Ring lost (broker died, message dropped): the item stays in due and is rung again.
-- Two sweepers at once: the second finds the ring times moved, so each item rings once.
-- Item taken by a worker between this and the ring: it is no longer due, acquire gives nothing.
-- The time to the next ring doubles with the time waited, so a long queue is not flooded with
-- repetitions of what is in it already.
local now = now_ms()
local members = redis.call('ZRANGE', RING, '-inf', now, 'BYSCORE', 'LIMIT', 0, ARGV[1])
for _, member in ipairs(members) do
  local waited = now - redis.call('ZSCORE', DUE, member)
  local pause = math.min(math.max(waited, tonumber(ARGV[2])), tonumber(ARGV[3]))
  redis.call('ZADD', RING, now + pause, member)
end
return members
