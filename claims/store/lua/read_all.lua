#!lua flags=no-writes
-- needs: events, index, queue
-- All data that claims.store.invariant checks, in one consistent reading. Returns {due with scores,
-- later with scores, lines, lease members, articles, claims, histories, checks, citations, pages
-- that are gone, superseded checks, verify requests that wait for a worker but would never expire,
-- keys of the API, deleted ids, pages cited by checks of deleted claims, fields that locate the items
-- of articles, the same of claims, events, names of facets, sorted sets of the index with scores,
-- listed articles, listed claims, shares of the queue, webhooks, {DELIVER_AT with scores, DELIVERING, ids
-- of the last event and of the last one announced to webhooks}, {SIGNED, reviewed claims with review and state,
-- claims with steps of a review and the last of them, PUBLISHED, claims with publications}}. A webhook is {id, position, secret,
-- token, event and time when it was switched off, or nil for each, what waits with scores, what has
-- ended, states}.
-- `lines` has for each line {name, number ready, newest with scores, rotation, items of each
-- submission in either, items waiting with scores}; `checks` has for each claim {claim id, numbers with
-- gathered evidence, numbers with a verdict, numbers and pages cited}; a listed record is {id, serial
-- number, facets, verdict or ''}; a key is {id, end, fields}.
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
local function read_line(line)
  local newest = redis.call('ZRANGE', NEWEST .. line, 0, -1)
  local rotation, items, seen = redis.call('ZRANGE', ROTATION .. line, 0, -1), {}, {}
  for _, list in ipairs({newest, rotation}) do
    for _, submission in ipairs(list) do
      if not seen[submission] then
        seen[submission] = true
        items[#items + 1] = {submission,
          redis.call('ZRANGE', ITEMS .. line .. ':' .. submission, 0, -1)}
      end
    end
  end
  return {line, tonumber(redis.call('HGET', READY, line) or 0),
    redis.call('ZRANGE', NEWEST .. line, 0, -1, 'WITHSCORES'), rotation, items,
    redis.call('ZRANGE', WAITING .. line, 0, -1, 'WITHSCORES')}
end
local erasing = {}
for _, id in ipairs(redis.call('SMEMBERS', ERASING)) do
  erasing[#erasing + 1] = redis.call('HGETALL', CITED .. id)
end
local lasting = {}
for _, waiting in ipairs({VERIFY_QUEUE, VERIFY_READS}) do
  for _, id in ipairs(redis.call('ZRANGE', waiting, 0, -1)) do
    if redis.call('PTTL', VERIFY .. id) == -1 then lasting[#lasting + 1] = id end
  end
end
local function read_listed(list, prefix)
  local rows, found = {}, redis.call('ZRANGE', list, 0, -1, 'WITHSCORES')
  for i = 1, #found, 2 do
    local key = prefix .. found[i]
    rows[#rows + 1] = {found[i], found[i + 1], redis.call('HMGET', key, unpack(FACETS)),
      redis.call('HGET', key, 'verdict') or ''}
  end
  return rows
end
-- All keys that begin with `start`; a scan may return one twice.
local function scan(start)
  local all, seen, cursor = {}, {}, '0'
  repeat
    local found = redis.call('SCAN', cursor, 'MATCH', start .. '*', 'COUNT', 1000)
    cursor = found[1]
    for _, key in ipairs(found[2]) do
      if not seen[key] then all[#all + 1] = key end
      seen[key] = true
    end
  until cursor == '0'
  return all
end
local index = {}
for _, set in ipairs(scan(INDEX)) do
  index[#index + 1] = {set, redis.call('ZRANGE', set, 0, -1, 'WITHSCORES')}
end
local lines = {}
for _, queue in ipairs({'fetch', 'score', 'read'}) do
  for class = 0, CLASSES - 1 do lines[#lines + 1] = read_line(queue .. ':' .. class) end
end
local keys = {}
for _, id in ipairs(redis.call('ZRANGE', API_KEYS, 0, -1)) do
  keys[#keys + 1] = {id, redis.call('ZSCORE', API_KEYS, id),
    redis.call('HMGET', API_KEY .. id, 'digest', 'scopes', 'expires_ms', 'revoked_ms')}
end
local webhooks = {}
for _, id in ipairs(redis.call('ZRANGE', WEBHOOKS, 0, -1)) do
  webhooks[#webhooks + 1] = {id,
    redis.call('HMGET', WEBHOOK .. id, 'position', 'secret', 'token', 'event', 'disabled_ms'),
    redis.call('ZRANGE', PENDING .. id, 0, -1, 'WITHSCORES'),
    redis.call('ZRANGE', DELIVERED .. id, 0, -1), redis.call('HGETALL', DELIVERY .. id)}
end
local reviewed, steps, published = {}, {}, {}
for _, found in ipairs(scan(PUBLICATIONS)) do published[#published + 1] = string.sub(found, #PUBLICATIONS + 1) end
for _, id in ipairs(redis.call('ZRANGE', CLAIMS, 0, -1)) do
  local review = redis.call('HMGET', CLAIM .. id, 'reviewed', 'review')
  if review[1] then reviewed[#reviewed + 1] = {id, review[1], review[2] or ''} end
end
for _, found in ipairs(scan(REVIEWS)) do
  steps[#steps + 1] = {string.sub(found, #REVIEWS + 1), redis.call('LINDEX', found, -1)}
end
return {
  redis.call('ZRANGE', DUE, 0, -1, 'WITHSCORES'),
  redis.call('ZRANGE', LATER, 0, -1, 'WITHSCORES'),
  lines,
  redis.call('ZRANGE', LEASE, 0, -1),
  read(ARTICLES, ARTICLE, 'status', 'open', 'claims', 'deleted', unpack(LABELS)),
  read(CLAIMS, CLAIM, 'status', 'check', 'article', 'verdict_check', 'label', 'finished',
    'every_ms', 'next_ms', 'paused', 'cancelled', 'corrects', 'corrected_by', 'superseded', 'provisional',
    'provisional_rest', 'held_from'),
  histories,
  checks,
  redis.call('HGETALL', CITATIONS),
  gone,
  redis.call('ZRANGE', SUPERSEDED, 0, -1),
  lasting,
  keys,
  redis.call('HKEYS', GONE),
  erasing,
  read(ARTICLES, ARTICLE, 'class', 'submission', 'article', 'serial', 'owner'),
  read(CLAIMS, CLAIM, 'class', 'submission', 'article', 'serial', 'owner'),
  redis.call('XRANGE', EVENTS, '-', '+'),
  FACETS,
  index,
  read_listed(ARTICLES, ARTICLE),
  read_listed(CLAIMS, CLAIM),
  redis.call('HGETALL', SHARES),
  webhooks,
  {redis.call('ZRANGE', DELIVER_AT, 0, -1, 'WITHSCORES'), redis.call('ZRANGE', DELIVERING, 0, -1),
    last_event(), redis.call('GET', ANNOUNCED) or ''},
  {redis.call('ZRANGE', SIGNED, 0, -1), reviewed, steps, redis.call('ZRANGE', PUBLISHED, 0, -1), published},
}
