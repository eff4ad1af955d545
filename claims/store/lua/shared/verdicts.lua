-- needs: articles, attempts, confirmation, counters, events, index, labels, pages, queue, reading, reviews, schedule, versions
-- The end of a check with a verdict.

-- An article is done when each of its claims was finished once; re-checks do not reopen it.
local function finish_claim(key, id, status, now)
  set_facet(key, 'status', status)
  touch(key)
  local first = redis.call('HSETNX', key, 'finished', 1) == 1
  local article = redis.call('HGET', key, 'article')
  if first and article and redis.call('HINCRBY', ARTICLE .. article, 'open', -1) == 0 then
    finish_article(article)
  end
  plan_next_check(key, id, now)
end

-- Whether the data of a verdict's event names pages of the last verdict that are gone.
local function has_gone(data)
  local is_read, found = pcall(cjson.decode, data)
  local difference = is_read and type(found) == 'table' and found.diff
  return type(difference) == 'table' and type(difference.gone) == 'table' and #difference.gone > 0
end

-- Store the verdict of a check, append it to the history, announce it if it is the first, or when another
-- label or deciding passage than the last is confirmed, finish the claim and plan its next check. Returns 'done', or 'lost' when the check
-- already has a verdict.
local function conclude(key, id, check, verdict, now)
  local label, at = verdict[2], verdict[6]
  local before = redis.call('HMGET', key, 'verdict_check', 'label', 'article', 'class', 'requested_ms')
  if before[1] and tonumber(before[1]) >= tonumber(check) then return 'lost' end
  redis.call('HSET', key, 'verdict', verdict[1], 'verdict_check', check)
  end_provisional(key)
  set_facet(key, 'label', label)
  set_facet(key, 'site', verdict[8])
  set_facet(key, 'reader', verdict[9])
  local start, serial = find_row(key)
  redis.call('ZADD', start .. 'checked', at, serial)
  redis.call('ZADD', start .. 'confidence', verdict[7], serial)
  redis.call('RPUSH', HISTORY .. id, verdict[3])
  redis.call('HSET', VERDICTS .. id, check, verdict[4])
  for i = 11, #verdict do cite(id, check, verdict[i]) end
  if before[1] then redis.call('ZADD', SUPERSEDED, now, id .. ':' .. before[1]) end
  if before[3] then
    if before[2] then redis.call('HINCRBY', ARTICLE .. before[3], before[2], -1) end
    redis.call('HINCRBY', ARTICLE .. before[3], label, 1)
    set_labels(ARTICLE .. before[3])
  end
  if not before[1] then
    announce('verdict.created', id, 'check', check, 'data', verdict[5])
  elseif before[2] ~= label then
    redis.call('HSET', key, 'changed_from', before[2], 'changed_check', check, 'changed_ms', at)
  end
  if has_gone(verdict[5]) then announce('page.vanished', id, 'check', check, 'data', verdict[5]) end
  confirm_verdict(key, id, {check = check, label = label, data = verdict[5], at = at}, read_passages(verdict[10]),
    before[1] and before[2], now)
  look_at_sign_off(id)
  end_waiting(key)
  count('judged', label)
  observe(now - before[5], 'check', PRIORITIES[tonumber(before[4] or 0)])
  finish_claim(key, id, 'judged', now)
  return 'done'
end

-- Make the judge's verdict that of the check, because no reader has answered. Returns nil when it is
-- damaged.
local function conclude_provisional(key, id, check, now)
  local verdict = read_provisional(key)
  if not verdict then return end
  count('readings', verdict[9])
  return conclude(key, id, check, verdict, now)
end
