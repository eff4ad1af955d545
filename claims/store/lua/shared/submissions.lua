-- needs: counters, index, items, queue, schedule
-- New records, and the callers who submit them.

-- The answer to a submission that was made before with the same Idempotency-Key or first id; nil for a
-- new one. `ids` are those of the present submission.
local function find_submitted(once, fingerprint, stage, id, ids)
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

-- The origin of work, from an actor (claims.access.Actor as JSON): the id of an API key, and the id of
-- the request, which the worker's log names; '' for a missing one.
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
  if stage == 'gather' then follow_tags(key, id, now, true) end
  put_due(item(stage, id, 1), now)
end
