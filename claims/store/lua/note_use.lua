#!lua flags=allow-oom
-- needs: clock
-- Record that a key of the API was used now. ARGV: id. Returns 1; 0 when it was deleted meanwhile.
if redis.call('EXISTS', API_KEY .. ARGV[1]) == 0 then return 0 end
redis.call('HSET', API_KEY .. ARGV[1], 'last_used_ms', now_ms())
return 1
