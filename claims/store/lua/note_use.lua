#!lua flags=allow-oom
-- needs: clock
-- arguments: id
-- Record that a key of the API was used now. Returns 'noted' | 'not-found'.
if redis.call('EXISTS', API_KEY .. args.id) == 0 then return 'not-found' end
redis.call('HSET', API_KEY .. args.id, 'last_used_ms', now_ms())
return 'noted'
