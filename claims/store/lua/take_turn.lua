#!lua
-- Whether a host may be asked for a URL now. ARGV: host, hash of the URL, ms between two fetches
-- (0: not paced), token, failures in a row that make it rest, life of a trial, of a place in the
-- queue, of a place whose time has passed, and of all that is known of a host, each in ms.
-- Gives {'go', now} | {'wait', now, ms} | {'rest', now, since, until, why, 1 if it asked for it}.
--
-- Many workers at once: `began` says when the last fetch began, and is set in the step that looks
-- at it, so no two begin within one interval. Places in the queue only say when to ask again:
-- one that lies too early (the host was slowed down, somebody was late) is put off here.
-- Same URL asked for again, by its first asker or by another claim: it keeps its one place.
-- Asker dies in the queue: its place passes unused and is forgotten a little later.
-- Rest over, twenty ask: the first gets the turn and with it the trial, the others find the
-- trial's time running and learn that the host rests. Worker dies with the trial: its time runs
-- out and the next asker gets another.
-- Reply lost, call repeated: `token` is that of the last turn given, it is confirmed.
local key, places, url = HOST .. ARGV[1], PLACES .. ARGV[1], ARGV[2]
local every, token, now = tonumber(ARGV[3]), ARGV[4], now_ms()
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
local is_trial = tonumber(seen[5] or 0) >= tonumber(ARGV[5])
if every > 0 then
  local apart = every
  if tonumber(seen[4] or 0) > now then apart = math.max(every, tonumber(seen[3])) end
  local free = tonumber(seen[2] or 0) + apart
  redis.call('ZREMRANGEBYSCORE', places, '-inf', now - ARGV[8])
  local place = tonumber(redis.call('ZSCORE', places, url))
  if not place then
    local latest = redis.call('ZRANGE', places, 0, 0, 'REV', 'WITHSCORES')[2]
    local overdue = redis.call('ZCOUNT', places, '-inf', now)
    place = math.max(now, free + overdue * apart, latest and latest + apart or 0)
  end
  local wait = math.max(place, free) - now
  if wait > 0 then
    if wait <= tonumber(ARGV[7]) then
      redis.call('ZADD', places, place, url)
      redis.call('PEXPIRE', places, ARGV[9])
    else
      redis.call('ZREM', places, url)
    end
    return {'wait', now, wait}
  end
  redis.call('ZREM', places, url)
  redis.call('HSET', key, 'began', now)
end
if is_trial then redis.call('HSET', key, 'trial_until', now + ARGV[6]) end
if is_trial or every > 0 then
  redis.call('HSET', key, 'token', token)
  redis.call('PEXPIRE', key, ARGV[9])
end
return {'go', now}
