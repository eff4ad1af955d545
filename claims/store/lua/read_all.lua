#!lua flags=no-writes
-- All that claims.store.invariant looks at, in one consistent reading. Gives {due with scores,
-- ring members, lease members, articles, claims, histories, checks, citations, pages that are gone,
-- superseded checks}; `checks` has {claim id, numbers with something gathered, numbers with a
-- verdict, numbers and pages cited} of each claim.
local function read(list, prefix, ...)
  local rows = {}
  for _, id in ipairs(redis.call('ZRANGE', list, 0, -1)) do
    rows[#rows + 1] = {id, redis.call('HMGET', prefix .. id, ...)}
  end
  return rows
end
local histories, checks, gone = {}, {}, {}
for _, id in ipairs(redis.call('ZRANGE', CLAIMS, 0, -1)) do
  histories[#histories + 1] = {id, redis.call('LRANGE', HISTORY .. id, 0, -1)}
  local cited = redis.call('HGETALL', CITED .. id)
  checks[#checks + 1] = {id, redis.call('HKEYS', GATHERED .. id),
    redis.call('HKEYS', VERDICTS .. id), cited}
  for i = 2, #cited, 2 do
    for sha256 in string.gmatch(cited[i], '%S+') do
      if redis.call('EXISTS', PAGE .. sha256) == 0 then gone[#gone + 1] = sha256 end
    end
  end
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
  checks,
  redis.call('HGETALL', CITATIONS),
  gone,
  redis.call('ZRANGE', SUPERSEDED, 0, -1),
}
