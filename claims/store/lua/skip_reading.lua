#!lua flags=allow-oom
-- arguments: failures_max
-- Record that a caller of ask_reader.lua made no request. Arguments: failures in a row after which the
-- endpoint rests. If it rests, the next caller tries: this one was let through to try it.
-- One that asked before the endpoint began to rest ends the rest as well: one more request is made.
-- Reply lost, call repeated: the same once more.
if tonumber(redis.call('HGET', READER, 'failures') or 0) >= tonumber(args.failures_max) then
  redis.call('HDEL', READER, 'rests_until')
end
return 0
