#!lua flags=allow-oom
-- needs: clock
-- arguments: host, how, why, rest_ms, failures_max, first_rest_ms, longest_rest_ms, kept_ms
-- Record how a fetch of a host ended. Arguments: host, 'answered' | 'failed' | 'asked-to-wait', why, ms
-- for which the host asked for no requests, failures in a row after which it rests, first rest, longest
-- rest and lifetime of the host's record, each in ms.
--
-- Several fetches fail at once: each counts, but failures that arrive while the host already rests
-- do not prolong the rest, since those fetches began before it.
-- An answer to a fetch that began before the rest: the host works, and the rest ends. A wait that
-- the host itself asked for (Retry-After) remains in force.
-- Two answers ask for a wait at once: the later end counts, and they are one failure. A host that
-- repeatedly asks for a wait has as many failures, and rests at least as long as it asks.
-- Worker dies before this: a failure is not counted, a trial expires.
-- Reply lost, call repeated: one failure counts twice, and the host rests a little early.
local key, how, why, now = HOST .. args.host, args.how, args.why, now_ms()
local seen = redis.call('HMGET', key, 'failures', 'rest_until', 'rests', 'asked_until')
if how == 'answered' then
  if seen[1] then
    redis.call('HDEL', key, 'failures', 'rests', 'rest_until', 'trial_until', 'failing_since',
      'failing_why')
  end
  return
end
local counts, asked = tonumber(seen[2] or 0) <= now, 0
if how == 'asked-to-wait' then
  redis.call('HDEL', key, 'trial_until')
  local until_ms, before = now + args.rest_ms, tonumber(seen[4] or 0)
  counts, asked = counts and before <= now, math.max(until_ms, before)
  if until_ms > before then
    redis.call('HSET', key, 'asked_since', now, 'asked_until', until_ms, 'asked_why', why)
  end
end
if counts then
  local failures = tonumber(seen[1] or 0) + 1
  if failures == 1 then redis.call('HSET', key, 'failing_since', now) end
  redis.call('HSET', key, 'failures', failures, 'failing_why', why)
  redis.call('HDEL', key, 'trial_until')
  if failures >= tonumber(args.failures_max) then
    local rests = tonumber(seen[3] or 0)
    local rest = math.min(args.first_rest_ms * 2 ^ math.min(rests, 30), tonumber(args.longest_rest_ms))
    redis.call('HSET', key, 'rests', rests + 1, 'rest_until', math.max(now + rest, asked))
  end
end
redis.call('PEXPIRE', key, args.kept_ms)
