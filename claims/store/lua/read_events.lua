#!lua flags=no-writes
-- needs: clock, events
-- arguments: direction, start, limit, looked_max, types, labels, tags, article, claim
-- Read events in one consistent reading.
-- Arguments: 'after' (oldest first) or 'before' (newest first); the id of the event to begin from, '' for
-- the oldest or newest one, or 'now' to read none; maximum number of events to return; number of
-- events after which to stop looking; then a filter: types, labels and folded tags (with a line break
-- before and after each), article id, claim id; '' for all.
-- Returns {next, events}; `next` continues where this reading stopped, and is '' when nothing is
-- older. Returns 'deleted' when events after the given one were deleted: the reader would miss some without
-- noticing. Returns 'later' when it is later than the newest event, and 'future' when it is later than
-- the clock as well.
--
-- Event appended after this: its id is higher than `next`, whether or not an event passed the filter.
-- Events deleted between two calls of a reader: the second call returns 'deleted' if it had not read
-- all of them.
local direction, from, limit, most = args.direction, args.start, tonumber(args.limit), tonumber(args.looked_max)
local types, labels, tags, article, claim = args.types, args.labels, args.tags, args.article, args.claim

local function is_higher(id, other)
  local ms, n = string.match(id, '^(%d+)-(%d+)$')
  local other_ms, other_n = string.match(other, '^(%d+)-(%d+)$')
  if ms ~= other_ms then return tonumber(ms) > tonumber(other_ms) end
  return tonumber(n) > tonumber(other_n)
end

local stream = {['last-generated-id'] = '0-0', ['max-deleted-entry-id'] = '0-0'}
if redis.call('EXISTS', EVENTS) == 1 then
  local info = redis.call('XINFO', 'STREAM', EVENTS)
  for i = 1, #info, 2 do stream[info[i]] = info[i + 1] end
end
local is_forward, last = direction == 'after', stream['last-generated-id']
if from == 'now' then return {last, {}} end
if is_forward and from ~= '' then
  if is_higher(stream['max-deleted-entry-id'], from) then return 'deleted' end
  if is_higher(from, last) then
    return tonumber(string.match(from, '^%d+')) > now_ms() and 'future' or 'later'
  end
end
if not is_forward and from == '0-0' then return {'', {}} end
local command, finish = is_forward and 'XRANGE' or 'XREVRANGE', is_forward and '+' or '-'
local start = from ~= '' and '(' .. from or is_forward and '-' or '+'
local found, looked, next_id = {}, 0, from
while #found < limit and looked < most do
  local events = redis.call(command, EVENTS, start, finish, 'COUNT', limit)
  for _, event in ipairs(events) do
    if #found == limit then break end
    next_id = event[1]
    if passes(event[2], types, labels, tags, article, claim) then found[#found + 1] = event end
  end
  looked = looked + #events
  if #events < limit and #found < limit then return {is_forward and last or '', found} end
  start = '(' .. next_id
end
return {next_id, found}
