-- The audit log.

-- Append who did what to the audit log; called in the script that makes the change, and only if it
-- changes something, so that a call that is repeated after a lost reply appends nothing twice.
-- `actor` is claims.access.Actor as JSON.
-- Maximum number of entries of each log, about 200 bytes each; many changes push out the oldest. A caller
-- who may append to one log cannot push entries out of another.
local AUDIT_MAX = 1000000
local AUDIT_LOGS = {key = AUDIT_ACCESS, webhook = AUDIT_ACCESS, alert = AUDIT_ACCESS, session = AUDIT_SESSIONS,
  access = AUDIT_REFUSED}
local function record_audit(actor, action, object, ...)
  local log = AUDIT_LOGS[string.match(action, '^%a+')] or AUDIT
  return redis.call('XADD', log, 'MAXLEN', '~', AUDIT_MAX, '*', 'actor', actor, 'action', action,
    'object', object, ...)
end

-- Record an action that may be repeated without limit: repetitions by one actor from one address within
-- an hour are one entry, which has the time of the last one and their number.
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

-- Record an action on an article and on its claims at these places, in one step.
local function record_article(actor, action, article, places)
  if #places == 0 then return record_audit(actor, action, article) end
  record_audit(actor, action, article, 'count', #places, 'places', write_ranges(places))
end

-- Record an action on records with these ids, in one step: for an article's claims with their places in
-- it (from 0), from which their ids follow; `article` is '' for others.
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

-- Record one of several steps of a request; they make one entry unless another entry comes between.
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
