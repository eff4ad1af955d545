#!lua flags=allow-oom
-- Put items whose lease ran out back into due, and forget rights to fetch that ran out. Gives how
-- many items.
--
-- Holder dead: nobody renews, the item is worked on again.
-- Holder alive but paused (stopped process, lost network): from here on its token no longer
-- counts, whether or not another worker has taken the item: its commit is refused.
-- Holder commits just before this runs: the item left LEASE then, it is not found here.
local now = now_ms()
local members = redis.call('ZRANGE', LEASE, '-inf', now, 'BYSCORE')
for _, member in ipairs(members) do put_due(member, now) end
for _, url in ipairs(redis.call('HKEYS', FETCHING)) do
  local _, expires = read_right(url)
  if expires <= now then redis.call('HDEL', FETCHING, url) end
end
return #members
