-- needs: articles, events, index, items, labels, looks, pages, queue, reviews, versions
-- Deletion.

-- Delete a record with its place in the list and in the index, and announce it. Its id stays. The
-- version of the record that repeats it changes, because that now repeats another record or none.
local function delete_record(stage, id, now)
  local key, list = record_key(stage, id), stage == 'extract' and ARTICLES or CLAIMS
  local repeating = find_same(stage, id, true)
  if repeating then touch(record_key(stage, repeating)) end
  announce(stage == 'extract' and 'article.deleted' or 'claim.deleted', id)
  erase_from_index(key)
  redis.call('DEL', key)
  redis.call('ZREM', list, id)
  redis.call('ZREM', UNREADABLE, (stage == 'extract' and 'article ' or 'claim ') .. id)
  redis.call('HSET', GONE, id, now)
end

-- Delete a claim, if it exists, with up to `most` of its checks. Returns the number of checks.
-- `counted`: its article stays and no longer counts it.
local function delete_claim(id, counted, most, now)
  local key = CLAIM .. id
  local claim = redis.call('HMGET', key, 'check', 'article', 'finished', 'corrects', 'corrected_by')
  if not claim[1] then return 0 end
  drop(item('gather', id, claim[1]))
  drop(item('judge', id, claim[1]))
  drop(item('read', id, claim[1]))
  drop(item('gather', id, claim[1] + 1))
  for field, other in pairs({corrected_by = claim[4], corrects = claim[5]}) do
    if other then
      redis.call('HDEL', CLAIM .. other, field)
      touch(CLAIM .. other)
    end
  end
  if claim[4] then set_superseded(CLAIM .. claim[4], false) end
  if counted and not is_superseded(key) then count_label(key, -1) end
  count_looks(key, true)
  delete_record('gather', id, now)
  redis.call('DEL', HISTORY .. id)
  delete_review(id)
  if claim[2] and counted then
    local article = ARTICLE .. claim[2]
    redis.call('HINCRBY', article, 'deleted', 1)
    redis.call('HINCRBY', article, 'version', 1)
    if not claim[3] and redis.call('HINCRBY', article, 'open', -1) == 0 then
      finish_article(claim[2])
    end
  end
  return erase_checks(id, most, now)
end
