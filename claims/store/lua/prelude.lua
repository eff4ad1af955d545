-- Functions that the scripts share. The loader puts the key names and this text before each script.
--
-- Scripts run one at a time, so every script is one atomic step. Only whole scripts of different
-- callers can interleave, and a caller can die between two of its scripts. redis-py repeats a call
-- whose reply was lost, so a script may also run twice with the same arguments.
-- All times are milliseconds of the server's clock: the clocks of workers have no effect.

local function now_ms()
  local time = redis.call('TIME')
  return time[1] * 1000 + math.floor(time[2] / 1000)
end

-- Counters for /metrics are fields of one hash: a name and the values of its labels. They are counted
-- in the step that makes the change and after its checks, so that a script which runs twice counts
-- once. Labels have few values by nature; beyond COUNTERS_MAX fields, new ones are left out.
local COUNTERS_MAX = 2000
local function add_to(field, amount)
  if redis.call('HEXISTS', COUNTERS, field) == 0
      and redis.call('HLEN', COUNTERS) >= COUNTERS_MAX then return end
  redis.call('HINCRBY', COUNTERS, field, amount)
end

local function count(...)
  add_to(table.concat({...}, '|'), 1)
end

-- Upper limits of the buckets of all histograms, in ms.
local BUCKETS = {100, 250, 500, 1000, 2500, 5000, 10000, 30000, 60000, 120000, 300000, 900000, 3600000,
  21600000}

-- Count a duration of `ms` in a histogram: each in the first bucket that holds it, '+Inf' the last.
local function observe(ms, ...)
  local field, bucket = table.concat({...}, '|'), '+Inf'
  ms = math.max(0, ms)  -- the clock may have been set back
  for i = #BUCKETS, 1, -1 do
    if ms <= BUCKETS[i] then bucket = BUCKETS[i] end
  end
  add_to(field .. '|' .. bucket, 1)
  add_to(field .. '|sum', math.floor(ms))
end

local function item(stage, id, check)
  return string.format('%s:%s:%d', stage, id, check)
end

local function record_key(stage, id)
  return (stage == 'extract' and ARTICLE or CLAIM) .. id
end

-- A facet is a field of a record with the values by which lists are filtered, one on each line. Each
-- value has a sorted set in INDEX, with the serial numbers that its records have in their list
-- (ARTICLES or CLAIMS), so that search.lua finds them in the order of the list. A field changes
-- only between the two functions below, so that the set of a former value keeps no entry.
local FACETS = {'status', 'label', 'article', 'claimant', 'site', 'tag', 'article_tag', 'word',
  'superseded', 'content', 'reader'}
local LABELS = {'SUPPORTED', 'REFUTED', 'CONFLICTING_EVIDENCE', 'NOT_ENOUGH_EVIDENCE'}
local STATUSES = {'queued', 'extracted', 'gathering', 'judging', 'reading', 'judged', 'done', 'failed'}

-- The start of the names of a record's sorted sets, and its serial number in its list.
local function find_row(key)
  local kind, list, prefix = 'articles:', ARTICLES, ARTICLE
  if string.sub(key, 1, #CLAIM) == CLAIM then kind, list, prefix = 'claims:', CLAIMS, CLAIM end
  return INDEX .. kind, redis.call('ZSCORE', list, string.sub(key, #prefix + 1))
end

local function each_value(key, facets, act)
  local start, serial = find_row(key)
  for i, values in ipairs(redis.call('HMGET', key, unpack(facets))) do
    for value in string.gmatch(values or '', '[^\n]+') do
      act(start .. facets[i] .. ':' .. value, serial)
    end
  end
end

local function remove_from_index(key, facets)
  each_value(key, facets, function(set, serial) redis.call('ZREM', set, serial) end)
end

-- Remove a record from the index, also where its status or label is damaged and does not say any more
-- in which sets it is.
local function erase_from_index(key)
  local start, serial = find_row(key)
  remove_from_index(key, FACETS)
  for _, status in ipairs(STATUSES) do redis.call('ZREM', start .. 'status:' .. status, serial) end
  for _, label in ipairs(LABELS) do redis.call('ZREM', start .. 'label:' .. label, serial) end
  for _, by in ipairs({'checked', 'confidence'}) do redis.call('ZREM', start .. by, serial) end
end

local function add_to_index(key, facets)
  each_value(key, facets, function(set, serial) redis.call('ZADD', set, serial, serial) end)
end

local function set_facet(key, facet, values)
  remove_from_index(key, {facet})
  redis.call('HSET', key, facet, values)
  add_to_index(key, {facet})
end

-- The labels of an article are those that one of its claims has.
local function set_labels(key)
  local labels = {}
  for i, count in ipairs(redis.call('HMGET', key, unpack(LABELS))) do
    if tonumber(count or 0) > 0 then labels[#labels + 1] = LABELS[i] end
  end
  set_facet(key, 'label', table.concat(labels, '\n'))
end

-- Count a claim among those of its article that have its label, with 1, or no longer, with -1.
local function count_label(key, amount)
  local claim = redis.call('HMGET', key, 'article', 'label')
  if not claim[1] or not claim[2] then return end
  redis.call('HINCRBY', ARTICLE .. claim[1], claim[2], amount)
  set_labels(ARTICLE .. claim[1])
end

-- A claim that was corrected is superseded by its corrected wording: lists leave it out, and its
-- article does not count its label.
local function is_superseded(key)
  return redis.call('HGET', key, 'superseded') == 'yes'
end

local function set_superseded(key, superseded)
  if is_superseded(key) == superseded then return end
  set_facet(key, 'superseded', superseded and 'yes' or '')
  count_label(key, superseded and -1 or 1)
end

-- A work item is in DUE or in LEASE, never in both. An item in DUE is in LATER until its time has
-- come. From then on it is ready: it is in the ITEMS of its submission, and the submission is in
-- NEWEST and ROTATION, from which take.lua chooses. A line is a queue with a class: 'fetch:0'.
--
-- Classes: 0 submitted or requested by people, 1 submitted as bulk, 2 checks on schedule.
local CLASSES, SCHEDULED = 3, 2
local PRIORITIES = {[0] = 'normal', 'bulk', 'scheduled'}

-- The queue of a stage. The items of the judge and of the reader wait in lines of their own, so that
-- a reader that is slow or dead holds up nothing else.
local QUEUE_OF = {judge = 'score', read = 'read'}

local function split(member)
  return string.match(member, '^(%a+):(.*):(%d+)$')
end

-- The name of a submission of several claims that are not an article: another one may not have it,
-- because all items of a submission have one serial number.
local function name_submission(serial)
  return '@' .. serial
end

-- The line of an item, its submission and the submission's serial number, and the key that asked for
-- the work, '' without one. An article and its claims
-- are one submission; so are the claims of a batch, all claims of an article of which a check is
-- requested by hand, a claim submitted alone, and a single check requested by hand.
local function find_place(member)
  local stage, id = split(member)
  local seen = redis.call('HMGET', record_key(stage, id), 'class', 'submission', 'article', 'serial',
    'owner')
  return (QUEUE_OF[stage] or 'fetch') .. ':' .. (seen[1] or 0), seen[2] or seen[3] or id, seen[4] or 0, seen[5] or ''
end

-- Count the ready items of a key, by which refuse_more limits its share of the queue: of the same
-- lines as count_waiting.
local function add_to_share(owner, line, amount)
  if owner == '' or string.sub(line, -1) == tostring(SCHEDULED) then return end
  if string.sub(line, 1, 5) == 'read:' then return end
  if redis.call('HINCRBY', SHARES, owner, amount) == 0 then redis.call('HDEL', SHARES, owner) end
end

local function join(member)
  local line, submission, serial, owner = find_place(member)
  add_to_share(owner, line, 1)
  redis.call('ZADD', WAITING .. line, redis.call('ZSCORE', DUE, member), member)
  local order = redis.call('INCR', ORDER)
  redis.call('ZADD', ITEMS .. line .. ':' .. submission, order, member)
  redis.call('HINCRBY', READY, line, 1)
  redis.call('ZADD', NEWEST .. line, serial, submission)
  redis.call('ZADD', ROTATION .. line, 'NX', order, submission)
end

-- Called before a record's class, submission, serial or owner changes: these fields locate the item.
local function leave(member)
  if redis.call('ZREM', LATER, member) == 1 then return end
  local line, submission, _, owner = find_place(member)
  local items = ITEMS .. line .. ':' .. submission
  if redis.call('ZREM', items, member) == 0 then return end
  redis.call('HINCRBY', READY, line, -1)
  redis.call('ZREM', WAITING .. line, member)
  add_to_share(owner, line, -1)
  if redis.call('EXISTS', items) == 0 then
    redis.call('ZREM', NEWEST .. line, submission)
    redis.call('ZREM', ROTATION .. line, submission)
  end
end

local function put_due(member, at)
  redis.call('ZREM', LEASE, member)
  leave(member)
  redis.call('ZADD', DUE, at, member)
  if tonumber(at) > now_ms() then redis.call('ZADD', LATER, at, member) else join(member) end
end

local function put_lease(member, expires)
  leave(member)
  redis.call('ZREM', DUE, member)
  redis.call('ZADD', LEASE, expires, member)
end

local function drop(member)
  leave(member)
  redis.call('ZREM', DUE, member)
  redis.call('ZREM', LEASE, member)
end

-- Make items ready whose time has come: a limited number per call, so that a script stays short.
local function promote(now)
  for _, member in ipairs(redis.call('ZRANGE', LATER, '-inf', now, 'BYSCORE', 'LIMIT', 0, 200)) do
    redis.call('ZREM', LATER, member)
    join(member)
  end
end

local function count_ready(queue)
  local ready = 0
  for class = 0, CLASSES - 1 do
    ready = ready + (redis.call('HGET', READY, queue .. ':' .. class) or 0)
  end
  return ready
end

-- Whether so many items wait for the judge that fetching more would only take processor time from
-- it: four items for each that is leased, and some for idle judging processes.
local function is_ahead(queue)
  return queue == 'fetch' and count_ready('score') >= 16 + 4 * redis.call('ZCARD', LEASE)
end

-- The newest submission of people, unless a newer one was taken before: it is never delayed.
local function find_fresh(line)
  local newest = redis.call('ZRANGE', NEWEST .. line, 0, 0, 'REV', 'WITHSCORES')
  local taken = redis.call('HGET', TAKES, 'newest') or 0
  if newest[1] and tonumber(newest[2]) >= tonumber(taken) then return newest[1] end
end

-- The number of ready items that people wait for, normal or bulk. Three kinds do not fill the queue:
-- items with a later time (backoff), checks on schedule, which were in the store before, and
-- what waits for the reader, which has a verdict already.
local function count_waiting()
  local waiting = 0
  for _, line in ipairs({'fetch:0', 'fetch:1', 'score:0', 'score:1'}) do
    waiting = waiting + (redis.call('HGET', READY, line) or 0)
  end
  return waiting
end

-- Why `number` more items of a key may not wait: 'full' beyond `most` in all, 'share' beyond the
-- `share` of them that one key may have. Nothing when they may. Without a key there is no share.
local function refuse_more(number, most, share, owner)
  if count_waiting() + number > tonumber(most) then return 'full' end
  local own = owner ~= '' and redis.call('HGET', SHARES, owner) or 0
  if owner ~= '' and own + number > tonumber(share) then return 'share' end
end

-- A lease that ran out but was neither reaped nor taken by another worker is still current: its
-- holder is the only one who worked on the item, so its result is as good as before.
local function holds(key, member, token)
  return redis.call('ZSCORE', LEASE, member) and redis.call('HGET', key, 'token') == token
end

-- The token that has the right to fetch a URL, and until when. Nothing when no caller has it.
local function read_right(url)
  local holder, expires = string.match(redis.call('HGET', FETCHING, url) or '', '^(%S+) (%d+)$')
  return holder, tonumber(expires)
end

-- Versions are the ETags: a change of a claim is also a change of its article.
local function touch(key)
  redis.call('HINCRBY', key, 'version', 1)
  local article = redis.call('HGET', key, 'article')
  if article then redis.call('HINCRBY', ARTICLE .. article, 'version', 1) end
end

-- Whether the record of a conditional call has another version than the caller knows. Such a call
-- names in KEYS the record and the versions of which it must have one, with a space around each. Asked
-- only before something changes, so that a call which is repeated after a lost reply is not refused.
local function is_outdated()
  if not KEYS[1] then return false end
  local version = redis.call('HGET', KEYS[1], 'version') or ''
  return not string.find(KEYS[2], ' ' .. version .. ' ', 1, true)
end

-- Append an event to the outbox, in the step that commits the change: an event is kept exactly when
-- its change is. Called only where the step changes something and after the check of its token, so
-- that a script which runs twice announces once. Arguments: type, id of the article or claim, then
-- further fields and values. Scripts that delete the record call it before.
--
-- Facets have each value on a line of its own, here as well: `passes` compares one by one. An event
-- of an article has all labels of its claims, and how many claims have each of them.
local function announce(event, id, ...)
  local kind = string.sub(event, 1, 8) == 'article.' and 'article' or 'claim'
  local key = (kind == 'article' and ARTICLE or CLAIM) .. id
  local names = {'label', 'article', 'tag', 'article_tag'}
  local record = redis.call('HMGET', key, 'heading', unpack(names))
  local fields = {'type', event, kind, id, 'heading', record[1] or '', ...}
  for i, name in ipairs(names) do
    if record[i + 1] and record[i + 1] ~= '' then
      fields[#fields + 1] = name
      fields[#fields + 1] = record[i + 1]
    end
  end
  if kind == 'article' then
    for i, number in ipairs(redis.call('HMGET', key, unpack(LABELS))) do
      fields[#fields + 1] = LABELS[i]
      fields[#fields + 1] = number or 0
    end
  end
  redis.call('XADD', EVENTS, '*', unpack(fields))
  count('events', event)
end

-- Count the end of an attempt; the time since its lease, when it committed.
local function end_attempt(key, stage, outcome, now)
  count('attempts', stage, outcome)
  local taken = redis.call('HGET', key, 'taken_ms')
  if outcome == 'committed' and taken then observe(now - taken, 'stage', stage) end
end

-- Whether one of the values, on a line each, is in the list, which has a line break before and
-- after each; '' is a list of all.
local function is_listed(list, values)
  if list == '' then return true end
  for value in string.gmatch(values or '', '[^\n]+') do
    if string.find(list, '\n' .. value .. '\n', 1, true) then return true end
  end
  return false
end

-- Whether an event with these fields and values in turn passes a filter: types, labels and folded
-- tags as lists, article id and claim id; '' for all.
local function passes(fields, types, labels, tags, article, claim)
  local event = {}
  for i = 1, #fields, 2 do event[fields[i]] = fields[i + 1] end
  return is_listed(types, event.type) and is_listed(labels, event.label)
    and (is_listed(tags, event.tag) or is_listed(tags, event.article_tag))
    and (article == '' or event.article == article) and (claim == '' or event.claim == claim)
end

-- End the wait of a record for a source. Returns true when it waited for one.
local function forget_source(key)
  return redis.call('HDEL', key, 'waits_for', 'waits_why', 'waits_ms') > 0
end

-- Delete that the record waited for a source, and since when.
local function end_waiting(key)
  redis.call('HDEL', key, 'postponed_ms')
  forget_source(key)
end

-- `base` is when this check was planned (on schedule) or requested (by hand). Counting the next
-- check from there, and not from the end of this one, keeps a schedule from drifting. False for a check
-- that reads no source again, and leaves the time of the next one as it is.
local function start_check(key, check, now, base)
  redis.call('HSET', key, 'check', check, 'requested_ms', now, 'attempts', 0)
  redis.call('HDEL', key, 'error', 'searched', 'cause', 'cancelled', 'request', 'asks_reader')
  end_waiting(key)
  local every = redis.call('HGET', key, 'every_ms')
  if every and base then redis.call('HSET', key, 'next_ms', base + every) end
end

-- The time of the next check on schedule: at most one period from now. A later one was planned by a
-- clock that was ahead, and was set back since.
local function within_period(at, every, now)
  if at <= now + every then return at end
  return now + 1 + (at - now - 1) % every
end

-- Whether the claim's last check has ended: only a planned one may be due.
local function is_finished(status)
  return status == 'judged' or status == 'failed'
end

-- Whether an article was extracted into so many claims: none before its extraction. Those that were
-- deleted since count as well, because the ids follow from the places in the article.
local function has_claims(article, count)
  return tonumber(redis.call('HGET', ARTICLE .. article, 'claims') or 0) == count
end

-- The answer to a submission that was made before, with its Idempotency-Key or with its first id;
-- nothing for a new one. `ids` are those of the submission now.
local function find_accepted(once, fingerprint, stage, id, ids)
  if once ~= '' then
    local seen = redis.call('HMGET', IDEMPOTENCY .. once, 'fingerprint', 'id')
    if seen[1] then
      if seen[1] ~= fingerprint then return {'mismatch'} end
      return {'accepted', seen[2]}
    end
  end
  if redis.call('EXISTS', record_key(stage, id)) + redis.call('HEXISTS', GONE, id) > 0 then
    return {'accepted', ids}
  end
end

local function keep_once(once, fingerprint, ids, life)
  if once == '' then return end
  redis.call('HSET', IDEMPOTENCY .. once, 'fingerprint', fingerprint, 'id', ids)
  redis.call('PEXPIRE', IDEMPOTENCY .. once, life)
end

-- Who asked for work, from an actor (claims.access.Actor as JSON): the id of a key of the API, and the
-- id of the request, which the log of the worker names; '' for what there is not.
local function read_actor(actor)
  local who = cjson.decode(actor)
  local is_key = #who.id == 8 and string.find(who.id, '^%x+$')
  return is_key and who.id or '', type(who.request_id) == 'string' and who.request_id or ''
end

-- Store a new article or claim with these fields and values, at `row` of its list, and put its first
-- item into due. `serial` is the serial number of its submission.
local function add_record(stage, id, class, every, serial, row, now, actor, ...)
  local key, list = record_key(stage, id), stage == 'extract' and ARTICLES or CLAIMS
  local owner, request = read_actor(actor)
  redis.call('HSET', key, 'version', 1, 'status', 'queued', 'attempts', 0, 'created_ms', now,
    'class', class, 'serial', serial, 'owner', owner, 'request', request, ...)
  count('accepted', stage == 'extract' and 'article' or 'claim')
  if stage == 'gather' then
    redis.call('HSET', key, 'check', 1, 'requested_ms', now)
    if every ~= '' then redis.call('HSET', key, 'every_ms', every, 'next_ms', now + every) end
  end
  redis.call('ZADD', list, row, id)
  add_to_index(key, FACETS)
  put_due(item(stage, id, 1), now)
end

local function drop_schedule(key, id)
  redis.call('HDEL', key, 'every', 'every_ms', 'next_ms', 'until_ms')
  announce('schedule.changed', id)
end

local function plan_check(key, member, at)
  leave(member)
  redis.call('HSET', key, 'class', SCHEDULED)
  put_due(member, at)
end

-- Periods that passed while the check ran are skipped; they are not made up for.
local function plan_next_check(key, id, now)
  local plan = redis.call('HMGET', key, 'every_ms', 'next_ms', 'until_ms', 'check')
  if not plan[1] then return end
  local every, at = tonumber(plan[1]), tonumber(plan[2])
  if at <= now then at = at + every * math.ceil((now + 1 - at) / every) end
  at = within_period(at, every, now)
  if plan[3] and at > tonumber(plan[3]) then return drop_schedule(key, id) end
  redis.call('HSET', key, 'next_ms', at)
  plan_check(key, item('gather', id, plan[4] + 1), at)
end

local function finish_article(id)
  set_facet(ARTICLE .. id, 'status', 'done')
  announce('article.done', id)
end

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

-- Record that a check refers to a page; repeated references count once. Every stored page has a
-- count from the moment it is stored (end_fetch.lua); a page that is not stored gets none.
local function cite(id, check, sha256)
  local cited = redis.call('HGET', CITED .. id, check) or ''
  if string.find(cited, sha256, 1, true) then return end
  if redis.call('HEXISTS', CITATIONS, sha256) == 0 then return end
  redis.call('HINCRBY', CITATIONS, sha256, 1)
  redis.call('HSET', CITED .. id, check, cited == '' and sha256 or cited .. ' ' .. sha256)
end

-- Delete what a check gathered and concluded. A page without any other reference is left to
-- forget.lua, which deletes it at the earliest when the page cache no longer needs it either.
local function forget_check(id, check, now)
  for sha256 in string.gmatch(redis.call('HGET', CITED .. id, check) or '', '%S+') do
    if redis.call('HINCRBY', CITATIONS, sha256, -1) == 0 then
      redis.call('ZADD', IDLE, 'GT', now, sha256)
    end
  end
  for _, of_claim in ipairs({GATHERED, VERDICTS, CITED}) do
    redis.call('HDEL', of_claim .. id, check)
  end
end

-- Delete up to `most` checks, oldest first, that a newer verdict replaced before `before`. Returns
-- their number.
local function forget_superseded(before, most, now)
  local old = redis.call('ZRANGE', SUPERSEDED, '-inf', before, 'BYSCORE', 'LIMIT', 0, most)
  for _, member in ipairs(old) do
    local id, check = string.match(member, '^(.*):(%d+)$')
    forget_check(id, check, now)
    redis.call('ZREM', SUPERSEDED, member)
  end
  return #old
end

-- Delete up to `most` pages to which no check refers and that the page cache does not need after
-- `before`. Returns their number. A page that is still referred to is removed from the list; the
-- last reference adds it again.
local function forget_pages(before, most)
  local pages = 0
  for _, sha256 in ipairs(redis.call('ZRANGE', IDLE, '-inf', before, 'BYSCORE', 'LIMIT', 0, most)) do
    redis.call('ZREM', IDLE, sha256)
    if redis.call('HGET', CITATIONS, sha256) == '0' then
      redis.call('DEL', PAGE .. sha256)
      redis.call('HDEL', CITATIONS, sha256)
      pages = pages + 1
    end
  end
  return pages
end

-- The verdict of a check as the scripts take it, one list of arguments: {verdict, label, history entry,
-- the verdict packed, what an event says of it, its time in ms, its confidence, the facet site (of
-- the pages that it cites), the facet reader, then the sha256 of each of these pages}.
--
-- What a claim keeps while its reader is asked: the judge's verdict as the field `provisional`, and as
-- `provisional_rest` the rest of that list, which becomes the verdict when no answer comes.
local function keep_provisional(key, verdict)
  redis.call('HSET', key, 'provisional', verdict[1],
    'provisional_rest', cjson.encode({unpack(verdict, 2)}))
end

local function end_provisional(key)
  redis.call('HDEL', key, 'provisional', 'provisional_rest')
end

-- Store the verdict of a check, append it to the history, announce it if it is the first or has another
-- label than the last, finish the claim and plan its next check. Returns 1, or 0 when the check already
-- has a verdict.
local function conclude(key, id, check, verdict, now)
  local label, at = verdict[2], verdict[6]
  local before = redis.call('HMGET', key, 'verdict_check', 'label', 'article', 'class', 'requested_ms')
  if before[1] and tonumber(before[1]) >= tonumber(check) then return 0 end
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
  for i = 10, #verdict do cite(id, check, verdict[i]) end
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
    announce('verdict.changed', id, 'check', check, 'before', before[2], 'data', verdict[5])
  end
  end_waiting(key)
  count('judged', label)
  observe(now - before[5], 'check', PRIORITIES[tonumber(before[4] or 0)])
  finish_claim(key, id, 'judged', now)
  return 1
end

-- Whether a worker takes from the queue of the reader.
local function has_reader(now)
  return redis.call('ZCOUNT', CONSUMERS .. 'read', now, '+inf') > 0
end

-- What `keep_provisional` kept, as `conclude` takes it; nothing when it is damaged.
local function read_provisional(key)
  local kept = redis.call('HMGET', key, 'provisional', 'provisional_rest')
  if not kept[1] or not kept[2] then return end
  local is_read, rest = pcall(cjson.decode, kept[2])
  if is_read and type(rest) == 'table' and #rest >= 8 then return {kept[1], unpack(rest)} end
end

-- Let the judge's verdict stand: no reader has answered. Returns nothing when it is damaged.
local function conclude_provisional(key, id, check, now)
  local verdict = read_provisional(key)
  if not verdict then return end
  count('readings', verdict[9])
  return conclude(key, id, check, verdict, now)
end

-- Gathered pages and passages are kept for the verdict; a check that is given up needs none. One that
-- is only to be read has a verdict, and fails only when that is damaged.
local DAMAGED = cjson.encode({code = 'unreadable',
  detail = "the judge's verdict, which waited for the reader, is damaged"})
local function fail(stage, key, id, reason, now)
  local check = redis.call('HGET', key, 'check')
  if stage == 'read' then
    if conclude_provisional(key, id, check, now) then return end
    end_provisional(key)
    reason = DAMAGED
  end
  count('failed', stage, cjson.decode(reason).code)
  redis.call('HSET', key, 'error', reason)
  end_waiting(key)
  if stage == 'extract' then
    set_facet(key, 'status', 'failed')
    redis.call('HINCRBY', key, 'version', 1)
    announce('article.failed', id, 'error', reason)
  else
    if stage ~= 'gather' then forget_check(id, check, now) end
    announce('claim.failed', id, 'check', check, 'error', reason)
    finish_claim(key, id, 'failed', now)
  end
end

-- Append who did what to the audit log; called in the script that makes the change, and only if it
-- changes something, so that a call that is repeated after a lost reply appends nothing twice.
-- `actor` is the last argument of such a script, JSON, taken off with `table.remove(ARGV)`.
-- Maximum number of entries of each log, about 200 bytes each; many changes push out the oldest. Who
-- may append to one log cannot push entries out of another.
local AUDIT_MAX = 1000000
local AUDIT_LOGS = {key = AUDIT_ACCESS, webhook = AUDIT_ACCESS, session = AUDIT_SESSIONS,
  access = AUDIT_REFUSED}
local function record_audit(actor, action, object, ...)
  local log = AUDIT_LOGS[string.match(action, '^%a+')] or AUDIT
  return redis.call('XADD', log, 'MAXLEN', '~', AUDIT_MAX, '*', 'actor', actor, 'action', action,
    'object', object, ...)
end

-- Record what may be done at any rate: what one actor repeats from one place within an hour is one
-- entry, which has the time of the last and counts them.
local REPEATED_MS = 3600000
local function record_repeated(actor, action, object, place)
  local log = AUDIT_LOGS[string.match(action, '^%a+')]
  local key = AUDIT_REPEATED .. table.concat({action, cjson.decode(actor).id, object, place}, ':')
  local last = redis.call('HMGET', key, 'entry', 'count')
  local times = (last[2] or 0) + 1
  if last[1] then redis.call('XDEL', log, last[1]) end
  local entry = record_audit(actor, action, object, 'count', times)
  redis.call('HSET', key, 'entry', entry, 'count', times)
  if not last[1] then redis.call('PEXPIRE', key, REPEATED_MS) end
end

-- Numbers in ascending order as text: '0-36 38' for 0 to 36, and 38.
local function write_ranges(numbers)
  local ranges, first = {}, nil
  for i, number in ipairs(numbers) do
    first = first or number
    if numbers[i + 1] ~= number + 1 then
      ranges[#ranges + 1] = first == number and number or first .. '-' .. number
      first = nil
    end
  end
  return table.concat(ranges, ' ')
end

-- Record what one step did to an article and to those of its claims that have these places in it.
local function record_article(actor, action, article, places)
  if #places == 0 then return record_audit(actor, action, article) end
  record_audit(actor, action, article, 'count', #places, 'places', write_ranges(places))
end

-- Record what one step did to records with these ids: of an article's claims with their places (from
-- 0) in it, from which their ids follow; `article` is '' for others.
local function record_several(actor, action, article, ids, places)
  if #ids == 0 then return end
  if article ~= '' then
    record_article(actor, action, article, places)
  elseif #ids == 1 then
    record_audit(actor, action, ids[1])
  else
    record_audit(actor, action, ids[1], 'count', #ids, 'ids', table.concat(ids, ' '))
  end
end

-- Record one of several steps of a request, which make one entry unless another comes between.
local AUDIT_IDS_MAX = 500
local function record_step(actor, action, id)
  local last = redis.call('XREVRANGE', AUDIT, '+', '-', 'COUNT', 1)[1]
  local entry, fields = {}, last and last[2] or {}
  for i = 1, #fields, 2 do entry[fields[i]] = fields[i + 1] end
  local times = tonumber(entry.count or 1) + 1
  local is_same = entry.actor == actor and entry.action == action
    and type(cjson.decode(actor).request_id) == 'string' and times <= AUDIT_IDS_MAX
  if not is_same then return record_audit(actor, action, id) end
  redis.call('XDEL', AUDIT, last[1])
  record_audit(actor, action, entry.object, 'count', times,
    'ids', (entry.ids or entry.object) .. ' ' .. id)
end

-- The end of a key of the API in ms, '' without one. Nothing for a key that cannot be used now.
local function find_end(id, now)
  local seen = redis.call('HMGET', API_KEY .. id, 'digest', 'expires_ms', 'revoked_ms')
  if not seen[1] or seen[3] or (seen[2] and tonumber(seen[2]) <= now) then return end
  return seen[2] or ''
end

-- Why the key `giver` may not hand out a key with these scopes and this end: 'ended' when it cannot
-- be used itself any more, 'scopes' or 'expiry' when that would be more than its own; 'read' covers
-- 'feed'. Nothing when it may. '' as the giver is somebody without a key, who may hand out any.
local function refuse_giving(giver, scopes, expires, now)
  if giver == '' then return end
  local own = find_end(giver, now)
  if not own then return 'ended' end
  local held = ' ' .. redis.call('HGET', API_KEY .. giver, 'scopes') .. ' '
  for scope in string.gmatch(scopes, '%S+') do
    local covers = scope == 'feed' and string.find(held, ' read ', 1, true)
    if not covers and not string.find(held, ' ' .. scope .. ' ', 1, true) then return 'scopes' end
  end
  if own ~= '' and (expires == '' or tonumber(expires) > tonumber(own)) then return 'expiry' end
end

-- The stage of an unfinished claim, by its status; of the others it is 'gather'.
local STAGE_OF = {judging = 'judge', reading = 'read'}

-- End the unfinished check of a claim. The judge's verdict of a check that is read goes with it. A worker that holds its item loses it: its commit is refused.
-- The last verdict stands; a claim without one has failed for `reason`.
local function cancel_check(key, id, reason, now)
  local claim = redis.call('HMGET', key, 'status', 'check', 'verdict_check')
  local stage = STAGE_OF[claim[1]] or 'gather'
  drop(item(stage, id, claim[2]))
  if stage == 'read' then
    end_provisional(key)
    stage = 'judge'
  end
  if not claim[3] then return fail(stage, key, id, reason, now) end
  end_waiting(key)
  redis.call('HDEL', key, 'searched', 'cause')
  if stage == 'judge' then forget_check(id, claim[2], now) end
  redis.call('HSET', key, 'cancelled', claim[2])
  finish_claim(key, id, 'judged', now)
end

-- Delete up to `most` stored checks of a deleted claim. A page without any other reference is
-- deleted by the next forget.lua, whether or not the page cache needs it. Returns their number.
local function erase_checks(id, most, now)
  local erased = 0
  for _, of_claim in ipairs({CITED, GATHERED, VERDICTS}) do
    for _, check in ipairs(redis.call('HKEYS', of_claim .. id)) do
      if erased == most then
        redis.call('SADD', ERASING, id)
        return erased
      end
      local cited = redis.call('HGET', CITED .. id, check) or ''
      forget_check(id, check, now)
      for sha256 in string.gmatch(cited, '%S+') do
        if redis.call('HGET', CITATIONS, sha256) == '0' then
          redis.call('ZADD', IDLE, now, sha256)
        end
      end
      redis.call('ZREM', SUPERSEDED, id .. ':' .. check)
      erased = erased + 1
    end
  end
  redis.call('SREM', ERASING, id)
  return erased
end

-- The neighbour of a record among those that were submitted with the same content: the last one
-- before it, or with `after` the first one after it. Nothing when there is none.
local function find_same(stage, id, after)
  local key, list = record_key(stage, id), stage == 'extract' and ARTICLES or CLAIMS
  local content = redis.call('HGET', key, 'content')
  if not content then return end
  local start, row = find_row(key)
  local set = start .. 'content:' .. content
  local found
  if after then
    found = redis.call('ZRANGE', set, '(' .. row, '+inf', 'BYSCORE', 'LIMIT', 0, 1)[1]
  else
    found = redis.call('ZRANGE', set, '(' .. row, '-inf', 'BYSCORE', 'REV', 'LIMIT', 0, 1)[1]
  end
  return found and redis.call('ZRANGE', list, found, found, 'BYSCORE')[1]
end

-- Delete a record with its place in the list and in the index, and announce it. Its id stays. The one
-- that repeats it changes with it: it repeats another one or none from now on.
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
  delete_record('gather', id, now)
  redis.call('DEL', HISTORY .. id)
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

-- A webhook that is switched on is in DELIVER_AT or, while an event is delivered to it, in
-- DELIVERING, never in both: one delivery at a time, so that a receiver that hangs holds up none but
-- itself. An event to be delivered is in PENDING from the moment it is found in the stream until its
-- delivery has ended; then it is in DELIVERED, the log.

local function last_event()
  local event = redis.call('XREVRANGE', EVENTS, '+', '-', 'COUNT', 1)[1]
  return event and event[1] or '0-0'
end

-- Make the webhooks ready that were up to date before the last event.
local function wake_webhooks(now)
  local last = last_event()
  if redis.call('GET', ANNOUNCED) == last then return end
  redis.call('SET', ANNOUNCED, last)
  for _, id in ipairs(redis.call('ZRANGE', DELIVER_AT, '+inf', '+inf', 'BYSCORE')) do
    redis.call('ZADD', DELIVER_AT, now, id)
  end
end

-- Free a webhook for its next delivery, `at` the earliest: whoever holds the one before has lost it.
local function offer(id, at)
  redis.call('HDEL', WEBHOOK .. id, 'token', 'event')
  redis.call('ZREM', DELIVERING, id)
  redis.call('ZADD', DELIVER_AT, at, id)
end

-- End the delivery of an event. The log keeps so many of the last ones.
local DELIVERED_MAX = 200
local function end_delivery(id, event, delivery, status, now)
  delivery.status = status
  redis.call('HSET', DELIVERY .. id, event, cjson.encode(delivery))
  redis.call('ZREM', PENDING .. id, event)
  redis.call('ZADD', DELIVERED .. id, now, event)
  local excess = redis.call('ZCARD', DELIVERED .. id) - DELIVERED_MAX
  if excess <= 0 then return end
  local oldest = redis.call('ZPOPMIN', DELIVERED .. id, excess)
  for i = 1, #oldest, 2 do redis.call('HDEL', DELIVERY .. id, oldest[i]) end
end

local function give_up_delivery(id, event, delivery, reason, now)
  count('deliveries_given_up', reason)
  end_delivery(id, event, delivery, 'failed', now)
end

local function read_delivery(id, event)
  return cjson.decode(redis.call('HGET', DELIVERY .. id, event))
end

local function announce_webhook(event, id, ...)
  local host = redis.call('HGET', WEBHOOK .. id, 'host')
  count('events', event)
  return redis.call('XADD', EVENTS, '*', 'type', event, 'webhook', id, 'heading', host, ...)
end

-- Deliver nothing more to a webhook, for a reason with this code and these words; what waits for it is
-- given up.
local function switch_off(id, code, why, now)
  local key = WEBHOOK .. id
  count('webhooks_disabled', code)
  redis.call('ZREM', DELIVER_AT, id)
  redis.call('ZREM', DELIVERING, id)
  redis.call('HDEL', key, 'token', 'event', 'failures', 'failing_ms')
  redis.call('HSET', key, 'disabled_ms', now, 'disabled_why', why)
  for _, event in ipairs(redis.call('ZRANGE', PENDING .. id, 0, -1)) do
    give_up_delivery(id, event, read_delivery(id, event), 'webhook-disabled', now)
  end
end
