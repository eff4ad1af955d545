#!lua flags=allow-oom
-- needs: attempts, clock, counters, fetching, items, queue, webhooks
-- arguments: name, counts
-- Release the leases of a process that has ended: its items are due again, events that it was
-- delivering are delivered again, and other callers may fetch the pages that it was fetching. Arguments:
-- the name of the process, or of its parent, '' for all earlier processes; 1 if these attempts count,
-- else 0. Returns the number of items and events.
--
-- A token is NAME:RANDOM, and the children of NAME are called NAME/...: both are released.
-- Process commits just before this runs: the item has left LEASE and is not found here.
-- Process is still alive: from here on its token is invalid, and its commit is refused.
-- Lease ran out and another process took the item: the token is the other's and is not changed.
-- A new process replaced the old one before this call: it has another name.
-- Reply lost, call repeated: the second call finds nothing, and subtracts no attempt twice.
local name, counts, now, released = args.name, args.counts == '1', now_ms(), 0
local function is_of(token)
  if name == '' then return true end
  local following = string.sub(token, #name + 1, #name + 1)
  return string.sub(token, 1, #name) == name and (following == ':' or following == '/')
end
for _, member in ipairs(redis.call('ZRANGE', LEASE, 0, -1)) do
  local stage, id = split(member)
  local key = record_key(stage, id)
  if is_of(redis.call('HGET', key, 'token') or '') then
    if not counts then redis.call('HINCRBY', key, 'attempts', -1) end
    end_attempt(key, stage, 'lost', now)
    put_due(member, now)
    released = released + 1
  end
end
for _, id in ipairs(redis.call('ZRANGE', DELIVERING, 0, -1)) do
  if is_of(redis.call('HGET', WEBHOOK .. id, 'token') or '') then
    for _, event in ipairs(counts and {} or held_events(id)) do
      local delivery = read_delivery(id, event)
      delivery.attempts = delivery.attempts - 1
      redis.call('HSET', DELIVERY .. id, event, cjson.encode(delivery))
    end
    count('deliveries', 'lost')
    offer(id, now)
    released = released + 1
  end
end
for _, url in ipairs(redis.call('HKEYS', FETCHING)) do
  if is_of(read_right(url)) then redis.call('HDEL', FETCHING, url) end
end
return released
