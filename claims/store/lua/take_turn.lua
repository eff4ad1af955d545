#!lua flags=allow-oom
-- needs: clock
-- arguments: host, url, every_ms, token, failures_max, trial_ms, queue_ms, missed_ms, kept_ms
-- Decide whether a host may be asked for a URL now. Arguments: host, hash of the URL, ms between two
-- fetches (0: not paced), token, failures in a row after which it rests, lifetime of a trial, of a
-- place in the queue, of a place whose time has passed, and of the host's record, each in ms.
-- Returns {'go', now} | {'wait', now, ms} | {'rest', now, since, until, why, 1 if it asked for it}.
--
-- Many workers at once: `began` is when the last fetch began, and is set in the step that reads
-- it, so no two fetches begin within one interval. Places in the queue only say when to ask again:
-- a place that is too early (the host was slowed down, a caller was late) is postponed here.
-- Same URL requested again, by the same caller or for another claim: it keeps its one place.
-- Caller dies in the queue: its place passes unused and is deleted a little later.
-- Rest over, twenty callers ask: the first gets the turn and with it the trial; for the others the
-- trial is under way, and they learn that the host rests. Worker dies with the trial: the trial
-- expires and the next caller gets another.
-- Reply lost, call repeated: `token` is the token of the last turn granted, which is confirmed.
local key, places, url = HOST .. args.host, PLACES .. args.host, args.url
local every, token, now = tonumber(args.every_ms), args.token, now_ms()
local seen = redis.call('HMGET', key, 'token', 'began', 'delay', 'delay_until', 'failures',
  'rest_until', 'trial_until', 'asked_until', 'failing_since', 'failing_why', 'asked_since',
  'asked_why')
if seen[1] == token then return {'go', now} end
local failing = math.max(tonumber(seen[6] or 0), tonumber(seen[7] or 0))
local asked = tonumber(seen[8] or 0)
if now < math.max(failing, asked) then
  if asked > failing then return {'rest', now, tonumber(seen[11]), asked, seen[12], 1} end
  return {'rest', now, tonumber(seen[9]), failing, seen[10], 0}
end
local is_trial = tonumber(seen[5] or 0) >= tonumber(args.failures_max)
if every > 0 then
  local apart = every
  if tonumber(seen[4] or 0) > now then apart = math.max(every, tonumber(seen[3])) end
  local began = tonumber(seen[2] or 0)
  if began > now then began = 0 end  -- the clock was set back
  local free = began + apart
  redis.call('ZREMRANGEBYSCORE', places, '-inf', now - args.missed_ms)
  local place = tonumber(redis.call('ZSCORE', places, url))
  if not place then
    local latest = redis.call('ZRANGE', places, 0, 0, 'REV', 'WITHSCORES')[2]
    local overdue = redis.call('ZCOUNT', places, '-inf', now)
    place = math.max(now, free + overdue * apart, latest and latest + apart or 0)
  end
  local wait = math.max(place, free) - now
  if wait > 0 then
    if wait <= tonumber(args.queue_ms) then
      redis.call('ZADD', places, place, url)
      redis.call('PEXPIRE', places, args.kept_ms)
    else
      redis.call('ZREM', places, url)
    end
    return {'wait', now, wait}
  end
  redis.call('ZREM', places, url)
  redis.call('HSET', key, 'began', now)
end
if is_trial then redis.call('HSET', key, 'trial_until', now + args.trial_ms) end
if is_trial or every > 0 then
  redis.call('HSET', key, 'token', token)
  redis.call('PEXPIRE', key, args.kept_ms)
end
return {'go', now}
