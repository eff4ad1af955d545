#!lua flags=allow-oom
-- needs: clock
-- Record how a request to the reader's endpoint ended. ARGV: why it did not answer, '' when it did; failures
-- in a row after which it rests, first rest in ms, longest rest in ms. Returns the number of failures in
-- a row.
--
-- Several fail at once that had begun before the first one ended: each counts, and the rest grows.
-- Reply lost, call repeated: a failure counts twice, and the endpoint rests for longer.
if ARGV[1] == '' then
  redis.call('DEL', READER)
  return 0
end
local failures, most = redis.call('HINCRBY', READER, 'failures', 1), tonumber(ARGV[2])
redis.call('HSET', READER, 'why', ARGV[1])
if failures >= most then
  local rest = math.min(ARGV[3] * 2 ^ math.min(failures - most, 20), tonumber(ARGV[4]))
  redis.call('HSET', READER, 'rests_until', string.format('%.0f', now_ms() + rest))
end
return failures
