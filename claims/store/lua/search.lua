#!lua flags=no-writes
-- arguments: list, order, counts, limit, lookups, last_key, last_serial, since_ms, until_ms, least, changed_ms, unwanted..., groups...
-- Find the records of a list that match a filter, a page at a time. Arguments: list ('claims' or
-- 'articles'), order ('newest', 'oldest', 'checked' or 'confidence'), 'yes' to count the records or '', maximum number of records,
-- maximum number of look-ups, the end of the previous page as sort key and serial number (each '' at
-- the start), created since and until in ms or '', minimum confidence or '', the time in ms from which on the label changed or '', the facet values
-- that no record may have, and for each group of facet values (a record must have one of each group) their number
-- and the values ('label:REFUTED').
-- Returns {ids, or their number with 'yes', sort key and serial number of the end of this page, or '' twice at the end
-- of the list}.
--
-- One set, or one group of sets, is walked in order, and the others are asked for each serial number
-- found: the smallest group in an order by serial number, else the set of that order. A group
-- that is small enough is sorted instead, so that a rare word is found at once in any order. The
-- work of a call is limited: when the look-ups are used up, the page ends early, with a place from
-- which the next call continues, and may be empty.
--
-- Counting walks like a list without an order by verdict, whose smallest group is of any size, and asks whether a
-- record has a verdict. Where the sizes of sets tell the number, nothing is walked.
--
-- Records added between two pages: newer ones come before the place, so that no later page has them.
-- A record that changed between two pages is found by its new values. In the orders by serial number
-- it keeps its place, so that it is never returned twice; in the others a new verdict moves it.
-- The times at which records were created rise with their serial numbers unless the clock was set
-- back; records of such a moment may be on the wrong side of `since` and `until`.
local kind, order, limit, left = args.list, args.order, tonumber(args.limit), tonumber(args.lookups)
local last_key, last_serial = tonumber(args.last_key), args.last_serial
local least, changed_ms, unwanted = tonumber(args.least), tonumber(args.changed_ms), {}
local list, record = ARTICLES, ARTICLE
if kind == 'claims' then list, record = CLAIMS, CLAIM end
local start = INDEX .. kind .. ':'
local by_serial, is_rising = order == 'newest' or order == 'oldest', order == 'oldest'
local counts, judged = args.counts == 'yes', nil
if counts and not by_serial then by_serial, judged = true, start .. order end
-- Number of members of a group up to which it is sorted in the orders by verdict.
local SORTED_MAX = 500
local CHUNK = 100

-- The first rank at which `fits` holds, in a sorted set in which it holds from some rank to the end.
local function find_rank(size, fits)
  local low, high = 0, size
  while low < high do
    local middle = math.floor((low + high) / 2)
    if fits(middle) then high = middle else low = middle + 1 end
  end
  return low
end

-- The serial number of the first record that was created at this time or later.
local function find_serial(text, without)
  if text == '' then return without end
  local moment = tonumber(text)
  local rank = find_rank(redis.call('ZCARD', list), function(middle)
    local id = redis.call('ZRANGE', list, middle, middle)[1]
    return tonumber(redis.call('HGET', record .. id, 'created_ms')) >= moment
  end)
  local found = redis.call('ZRANGE', list, rank, rank, 'WITHSCORES')
  return tonumber(found[2] or math.huge)
end

-- Most lists have no record with an unwanted value, and need no look-up for it.
for _, value in ipairs(args.unwanted) do
  if redis.call('EXISTS', start .. value) == 1 then unwanted[#unwanted + 1] = start .. value end
end

local since, before = find_serial(args.since_ms, -math.huge), find_serial(args.until_ms, math.huge)

-- Equal sort keys are in the order of serial numbers as text, as in a sorted set.
local function comes_after(key, serial)
  if last_key == nil then return true end
  if key ~= last_key then return (key > last_key) == is_rising end
  return serial ~= last_serial and (serial > last_serial) == is_rising
end

local function read(set, from, to)
  if is_rising then return redis.call('ZRANGE', set, from, to, 'WITHSCORES') end
  return redis.call('ZRANGE', set, from, to, 'REV', 'WITHSCORES')
end

-- A row is {sort key, serial number, sort key as text}. The list itself holds ids, but in the orders
-- by serial number that is the sort key.
local function serial_of(member, key)
  return by_serial and key or member
end

local function is_in_time(serial)
  local number = tonumber(serial)
  return number >= since and number < before
end

-- The walk through a set, from the first member after the previous page.
local function walk(set)
  local function fits(rank)
    local found = read(set, rank, rank)
    local key = tonumber(found[2])
    if by_serial and is_rising and key < since then return false end
    if by_serial and not is_rising and key >= before then return false end
    return comes_after(key, serial_of(found[1], found[2]))
  end
  return {set = set, rank = find_rank(redis.call('ZCARD', set), fits), rows = {}, at = 1}
end

local function peek(walked)
  if walked.at > #walked.rows and walked.rank then
    local found = read(walked.set, walked.rank, walked.rank + CHUNK - 1)
    walked.rows, walked.at = {}, 1
    for i = 1, #found, 2 do
      local key = found[i + 1]
      walked.rows[#walked.rows + 1] = {tonumber(key), serial_of(found[i], key), key}
    end
    walked.rank = #walked.rows == CHUNK and walked.rank + CHUNK or nil
  end
  return walked.rows[walked.at]
end

-- False for equal rows, as table.sort requires.
local function is_before(one, other)
  if is_rising then one, other = other, one end
  if one[1] ~= other[1] then return one[1] > other[1] end
  return one[2] > other[2]
end

local function take_next(all)
  local first
  for _, walked in ipairs(all) do
    local row = peek(walked)
    if row and (not first or is_before(row, peek(first))) then first = walked end
  end
  if not first then return nil end
  first.at = first.at + 1
  return first.rows[first.at - 1]
end

-- The members of a small group in the order by verdict; records without a verdict are left out.
local function sort_group(group)
  local rows = {}
  for _, set in ipairs(group.sets) do
    for _, serial in ipairs(redis.call('ZRANGE', set, 0, -1)) do
      local key = redis.call('ZSCORE', start .. order, serial)
      if key and comes_after(tonumber(key), serial) then
        rows[#rows + 1] = {tonumber(key), serial, key}
      end
    end
  end
  table.sort(rows, is_before)
  return {rows = rows, at = 1}
end

-- Facets of which a record has one value at most; of a claim, its label as well.
local SINGLE = {status = true, review = true, stale = true, label = kind == 'claims'}

local groups, i = {}, 1
while i <= #args.groups do
  local group = {sets = {}, size = 0, is_disjoint = args.groups[i] == '1'}
  for value = i + 1, i + args.groups[i] do
    local set = start .. args.groups[value]
    group.is_disjoint = group.is_disjoint or SINGLE[string.match(args.groups[value], '^[^:]+')]
    group.sets[#group.sets + 1] = set
    group.size = group.size + redis.call('ZCARD', set)
  end
  groups[#groups + 1] = group
  i = i + args.groups[i] + 1
end
table.sort(groups, function(one, other) return one.size < other.size end)

-- The number of records, if there is no other condition than one group of sets without common members.
local function count_members()
  local bounded = args.since_ms ~= '' or args.until_ms ~= '' or least or changed_ms
  if bounded or #groups > 1 or #unwanted > 1 or groups[1] and (judged or not groups[1].is_disjoint) then return end
  local found = 0
  for _, set in ipairs(groups[1] and groups[1].sets or {judged or list}) do
    found = found + redis.call('ZCARD', set)
    if unwanted[1] and set == list then
      found = found - redis.call('ZCARD', unwanted[1])
    elseif unwanted[1] then
      found = found - redis.call('ZINTERCARD', 2, set, unwanted[1])
    end
  end
  return found
end

if counts then
  local found = count_members()
  if found then return {found, '', ''} end
end

local walked = {}
if groups[1] and by_serial then
  for _, set in ipairs(table.remove(groups, 1).sets) do walked[#walked + 1] = walk(set) end
elseif groups[1] and groups[1].size <= SORTED_MAX then
  left = left - 2 * groups[1].size
  walked[1] = sort_group(table.remove(groups, 1))
else
  walked[1] = walk(by_serial and list or start .. order)
end

local function has_one(sets, serial)
  for _, set in ipairs(sets) do
    left = left - 1
    if redis.call('ZSCORE', set, serial) then return true end
  end
  return false
end

-- Whether a claim got another label at that time or later.
local function has_changed(serial)
  left = left - 2
  local id = redis.call('ZRANGE', list, serial, serial, 'BYSCORE')[1]
  return tonumber(redis.call('HGET', record .. id, 'changed_ms') or 0) >= changed_ms
end

local function is_wanted(serial)
  if not is_in_time(serial) then return false end
  for _, group in ipairs(groups) do
    if not has_one(group.sets, serial) then return false end
  end
  if has_one(unwanted, serial) then return false end
  if judged and not has_one({judged}, serial) then return false end
  if changed_ms and not has_changed(serial) then return false end
  if not least then return true end
  left = left - 1
  local confidence = redis.call('ZSCORE', start .. 'confidence', serial)
  return confidence and tonumber(confidence) >= least
end

-- Whether no further row can match.
local function is_beyond(row)
  if by_serial then
    return is_rising and row[1] >= before or not is_rising and row[1] < since
  end
  return order == 'confidence' and least and row[1] < least
end

local ids, found, last, previous = {}, 0, nil, nil

local function answer(key, serial)
  return {counts and found or ids, key, serial}
end

while left > 0 or not previous do
  local row = take_next(walked)
  if not row or is_beyond(row) then return answer('', '') end
  left = left - #walked
  -- A record that has two values of the group that is walked is found twice in a row.
  if not (previous and previous[2] == row[2]) and is_wanted(row[2]) then
    if found == limit then return answer(last[3], last[2]) end
    found, last = found + 1, row
    if not counts then ids[found] = redis.call('ZRANGE', list, row[2], row[2], 'BYSCORE')[1] end
  end
  previous = row
end
return answer(previous[3], previous[2])
