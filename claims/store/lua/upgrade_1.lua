#!lua flags=allow-oom
-- needs: queue
-- Schema 1: due items are in DUE and in the lines of their queue. Schema 0 had them also in a
-- separate sorted set, from which this script moves them to their places.
for _, member in ipairs(redis.call('ZRANGE', RING, 0, -1)) do
  local at = redis.call('ZSCORE', DUE, member)
  if at then put_due(member, at) end
end
redis.call('DEL', RING)
if tonumber(redis.call('GET', SCHEMA) or 0) < 1 then redis.call('SET', SCHEMA, 1) end
