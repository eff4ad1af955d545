#!lua flags=allow-oom
-- needs: clock
-- Record that a key of the API was used now. ARGV: id. Returns 'noted' | 'not-found'.
if redis.call('EXISTS', API_KEY .. ARGV[1]) == 0 then return 'not-found' end
redis.call('HSET', API_KEY .. ARGV[1], 'last_used_ms', now_ms())
return 'noted'
