#!lua flags=no-writes
-- All that claims.store.invariant looks at, in one consistent reading.
-- Gives {due with scores, ring members, lease members, articles, claims, histories}.
local function read(list, prefix, ...)
  local rows = {}
  for _, id in ipairs(redis.call('ZRANGE', list, 0, -1)) do
    rows[#rows + 1] = {id, redis.call('HMGET', prefix .. id, ...)}
  end
  return rows
end
local histories = {}
for _, id in ipairs(redis.call('ZRANGE', CLAIMS, 0, -1)) do
  histories[#histories + 1] = {id, redis.call('LRANGE', HISTORY .. id, 0, -1)}
end
return {
  redis.call('ZRANGE', DUE, 0, -1, 'WITHSCORES'),
  redis.call('ZRANGE', RING, 0, -1),
  redis.call('ZRANGE', LEASE, 0, -1),
  read(ARTICLES, ARTICLE, 'status', 'open', 'claims', 'SUPPORTED', 'REFUTED',
    'CONFLICTING_EVIDENCE', 'NOT_ENOUGH_EVIDENCE'),
  read(CLAIMS, CLAIM, 'status', 'check', 'article', 'verdict_check', 'label', 'finished',
    'every_ms', 'next_ms'),
  histories,
}
