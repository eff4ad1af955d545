-- needs: clock, items
-- The queue: due items and the lines in which the ready ones wait.

-- A work item is in DUE or in LEASE, never in both. An item in DUE is in LATER until its time has
-- come. From then on it is ready: it is in the ITEMS of its submission, and the submission is in
-- NEWEST and ROTATION, from which take.lua chooses. A line is a queue with a class: 'fetch:0'.
--
-- Classes: 0 submitted or requested by people, 1 submitted as bulk, 2 checks on schedule.
local CLASSES, SCHEDULED = 3, 2
local PRIORITIES = {[0] = 'normal', 'bulk', 'scheduled'}

-- The queue of a stage. The items of the judge and of the reader wait in separate lines, so that a slow
-- or dead reader delays no other work.
local QUEUE_OF = {judge = 'score', read = 'read'}

-- The name of a submission of several claims that are not an article. It is unique, because all items of
-- a submission have one serial number.
local function name_submission(serial)
  return '@' .. serial
end

-- The line of an item, its submission and the submission's serial number, and the key that asked for
-- the work, '' without one. An article and its claims are one submission; so are the claims of a batch,
-- all claims of an article whose check is requested by hand, a claim submitted alone, and a single check
-- requested by hand.
local function find_place(member)
  local stage, id = split(member)
  local seen = redis.call('HMGET', record_key(stage, id), 'class', 'submission', 'article', 'serial',
    'owner')
  return (QUEUE_OF[stage] or 'fetch') .. ':' .. (seen[1] or 0), seen[2] or seen[3] or id, seen[4] or 0, seen[5] or ''
end

-- Count the ready items of a key, with which refuse_more limits its share of the queue, in the same lines
-- as count_waiting.
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

-- Whether enough items wait for the judge, so that fetching more would only take processor time from it:
-- four items for each leased one, and some for idle judging processes.
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
-- `share` of them that one key may have; nil when they may. Without a key there is no share.
local function refuse_more(number, most, share, owner)
  if count_waiting() + number > tonumber(most) then return 'full' end
  local own = owner ~= '' and redis.call('HGET', SHARES, owner) or 0
  if owner ~= '' and own + number > tonumber(share) then return 'share' end
end
