-- needs: attempts, counters, events, index, items, pages, queue, reading, verdicts
-- The end of a check without a verdict.

-- Gathered pages and passages are kept for the verdict; a check that is given up needs none. A check that
-- waits only for its reading has the judge's verdict, and fails only when that is damaged.
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

-- The stage of an unfinished claim, by its status; of the others it is 'gather'.
local STAGE_OF = {judging = 'judge', reading = 'read'}

-- End the unfinished check of a claim, with the provisional verdict of a check that is being read. A
-- worker that holds its item loses it: its commit is refused. The claim keeps its last verdict; a claim
-- without one fails for `reason`.
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
