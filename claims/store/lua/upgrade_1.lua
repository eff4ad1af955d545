#!lua flags=allow-oom
-- Schema 1: due items stand in DUE and in the lines of their queue. Schema 0 had them in a sorted
-- set of its own as well, from which they are given their places here.
local earlier = 'assay:ring'
for _, member in ipairs(redis.call('ZRANGE', earlier, 0, -1)) do
  local at = redis.call('ZSCORE', DUE, member)
  if at then put_due(member, at) end
end
redis.call('DEL', earlier)
if tonumber(redis.call('GET', SCHEMA) or 0) < 1 then redis.call('SET', SCHEMA, 1) end
