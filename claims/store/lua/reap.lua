#!lua flags=allow-oom
-- needs: attempts, clock, counters, fetching, items, queue, webhooks
-- Put items whose lease ran out back into due, free webhooks with such a lease for the next delivery,
-- and delete rights to fetch that ran out. Returns the number of items and webhooks.
--
-- Holder dead: the lease is not renewed, so the item is worked on again.
-- Holder alive but paused (stopped process, lost network): from here on its token is invalid,
-- whether or not another worker has taken the item, and its commit is refused.
-- Holder commits just before this runs: the item has left LEASE and is not found here.
local now = now_ms()
local members = redis.call('ZRANGE', LEASE, '-inf', now, 'BYSCORE')
for _, member in ipairs(members) do
  local stage, id = split(member)
  end_attempt(record_key(stage, id), stage, 'lost', now)
  put_due(member, now)
end
for _, url in ipairs(redis.call('HKEYS', FETCHING)) do
  local _, expires = read_right(url)
  if expires <= now then redis.call('HDEL', FETCHING, url) end
end
local webhooks = redis.call('ZRANGE', DELIVERING, '-inf', now, 'BYSCORE')
for _, id in ipairs(webhooks) do
  count('deliveries', 'lost')
  offer(id, now)
end
return #members + #webhooks
