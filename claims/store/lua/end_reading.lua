#!lua flags=allow-oom
-- needs: clock
-- arguments: failure, failures_max, first_rest_ms, longest_rest_ms
-- Record how a request to the reader's endpoint ended. Arguments: why it did not answer, '' when it did;
-- failures in a row after which it rests, first rest in ms, longest rest in ms. Returns the number of
-- failures in a row.
--
-- Several concurrent requests fail: each counts, and the rest grows.
-- Reply lost, call repeated: a failure counts twice, and the endpoint rests for longer.
if args.failure == '' then
  redis.call('DEL', READER)
  return 0
end
local failures, most = redis.call('HINCRBY', READER, 'failures', 1), tonumber(args.failures_max)
redis.call('HSET', READER, 'why', args.failure)
if failures >= most then
  local rest = math.min(args.first_rest_ms * 2 ^ math.min(failures - most, 20), tonumber(args.longest_rest_ms))
  redis.call('HSET', READER, 'rests_until', string.format('%.0f', now_ms() + rest))
end
return failures
