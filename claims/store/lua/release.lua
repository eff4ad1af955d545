#!lua flags=allow-oom
-- Take from a process that has ended what it held: its leased items are due again, and the pages
-- that it was fetching are another's to fetch. ARGV: its name, or that of its parent, '' for all
-- processes there were; 1 if these attempts count, else 0. Gives how many items.
--
-- A token is NAME:RANDOM, and the children of NAME are called NAME/...: both are looked for.
-- Process commits just before this runs: the item left LEASE then, it is not found here.
-- Process is not dead after all: from here on its token no longer counts, its commit is refused.
-- Lease ran out and another took the item: the token is the other's, it is left alone.
-- A new process in the place of the old one was faster than this call: it has another name.
-- Reply lost, call repeated: nothing is found the second time, and no attempt is taken back twice.
local name, counts, now, released = ARGV[1], ARGV[2] == '1', now_ms(), 0
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
    put_due(member, now)
    released = released + 1
  end
end
for _, url in ipairs(redis.call('HKEYS', FETCHING)) do
  if is_of(read_right(url)) then redis.call('HDEL', FETCHING, url) end
end
return released
