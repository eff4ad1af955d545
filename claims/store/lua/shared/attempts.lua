-- needs: counters
-- Attempts at a work item, and the source for which it waits.

-- Count the end of an attempt; the time since its lease, when it committed.
local function end_attempt(key, stage, outcome, now)
  count('attempts', stage, outcome)
  local taken = redis.call('HGET', key, 'taken_ms')
  if outcome == 'committed' and taken then observe(now - taken, 'stage', stage) end
end

-- End the wait of a record for a source. Returns true when it waited for one.
local function forget_source(key)
  return redis.call('HDEL', key, 'waits_for', 'waits_why', 'waits_ms') > 0
end

-- Delete the source for which the record waited, and the time since when.
local function end_waiting(key)
  redis.call('HDEL', key, 'postponed_ms')
  forget_source(key)
end
