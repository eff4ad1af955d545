-- needs: counters, index
-- Events.

local function last_event()
  local event = redis.call('XREVRANGE', EVENTS, '+', '-', 'COUNT', 1)[1]
  return event and event[1] or '0-0'
end

-- Append an event to the outbox, in the step that commits the change: an event is kept exactly when
-- its change is. Called only where the step changes something and after the check of its token, so
-- that a script which runs twice announces once. Arguments: type, heading, then the fields and values
-- that say what the event is about (claim, article, webhook, tag), and further ones. Returns its id.
--
-- Facets have one value on each line, here as well: `passes` compares them one by one.
local function append_event(event, heading, ...)
  count('events', event)
  return redis.call('XADD', EVENTS, '*', 'type', event, 'heading', heading, ...)
end

-- Append an event of an article or claim: type, id, then further fields and values. Scripts that delete
-- the record call it before. An event of an article has all labels of its claims, and how many claims
-- have each of them.
local function announce(event, id, ...)
  local kind = string.sub(event, 1, 8) == 'article.' and 'article' or 'claim'
  local key = (kind == 'article' and ARTICLE or CLAIM) .. id
  local names = {'label', 'article', 'tag', 'article_tag'}
  local record = redis.call('HMGET', key, 'heading', unpack(names))
  local fields = {kind, id, ...}
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
  append_event(event, record[1] or '', unpack(fields))
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
