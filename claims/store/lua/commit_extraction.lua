#!lua flags=allow-oom
-- needs: articles, attempts, clock, index, items, queue, schedule
-- arguments: id, token, every_ms, fields..., shared..., claims...
-- Store the result of reading an article and put each claim's first check into due.
-- Arguments: article id, token, every in ms or '', fields and values of the article, those that all claims
-- share, and for each claim: id, content, heading, and the facets claimant and word. Returns 'done' | 'lost'.
--
-- Worker dies before this: no claim exists, and the article is extracted again from the start.
-- Worker dies after it, before acknowledging its message: the redelivered message finds the
-- item in neither set.
-- The claims are put into due even when the queue is full: the article was accepted with them, and
-- ASSAY_ARTICLE_CLAIMS limits their number. While they wait, nothing else is accepted.
-- Two workers extract the same article (the first was paused): only one token is valid, and the
-- claims of only one of the two runs are stored.
local id = args.id
local key, member, now = ARTICLE .. id, item('extract', id, 1), now_ms()
if not holds(key, member, args.token) then return 'lost' end
local every, claims = args.every_ms, args.claims
local number = #claims / 5
remove_from_index(key, FACETS)
redis.call('HSET', key, 'status', 'extracted', 'claims', number, 'open', number,
  unpack(args.fields))
add_to_index(key, FACETS)
redis.call('HINCRBY', key, 'version', 1)
if number == 0 then finish_article(id) end
end_waiting(key)
local place = redis.call('HMGET', key, 'class', 'serial', 'tag', 'request', 'owner')
-- Lists are newest first; within an article the first claim comes first.
local serial = redis.call('INCRBY', SERIAL, number)
for i = 1, #claims, 5 do
  local claim_id = claims[i]
  local claim = CLAIM .. claim_id
  redis.call('HSET', claim, 'version', 1, 'status', 'queued', 'attempts', 0, 'created_ms', now,
    'check', 1, 'requested_ms', now, 'article', id, 'claim', claims[i + 1], 'heading', claims[i + 2],
    'claimant', claims[i + 3], 'word', claims[i + 4], 'article_tag', place[3] or '',
    'class', place[1] or 0, 'serial', place[2] or 0, 'request', place[4] or '',
    'owner', place[5] or '',
    unpack(args.shared))
  if every ~= '' then redis.call('HSET', claim, 'every_ms', every, 'next_ms', now + every) end
  redis.call('ZADD', CLAIMS, serial - (i - 1) / 5, claim_id)
  add_to_index(claim, FACETS)
  follow_tags(claim, claim_id, now, true)
  put_due(item('gather', claim_id, 1), now)
end
drop(member)
end_attempt(key, 'extract', 'committed', now)
return 'done'
