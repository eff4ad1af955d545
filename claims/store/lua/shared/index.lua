-- needs: items
-- The index of lists: facets of records.

-- A facet is a field of a record with the values by which lists are filtered, one on each line. Each
-- value has a sorted set in INDEX, with the serial numbers that its records have in their list
-- (ARTICLES or CLAIMS), so that search.lua finds them in the order of the list. A field changes
-- only between the two functions below, so that the set of a former value keeps no entry.
local FACETS = {'status', 'label', 'article', 'claimant', 'site', 'tag', 'article_tag', 'word',
  'superseded', 'content', 'reader', 'review', 'assignee', 'stale'}
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

-- Remove a record from the index, even if its status or label is damaged, so that its sets are unknown.
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

-- The neighbour of a record among those with the same submitted content: the last one before it, or
-- with `after` the first one after it; nil when there is none.
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
