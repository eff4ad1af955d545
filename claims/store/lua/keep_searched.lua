#!lua flags=allow-oom
-- needs: items
-- Keep what providers found until the check is gathered. ARGV: stage, id, check, token, content.
-- Returns 'done' | 'lost': a later holder does its own search.
local key = record_key(ARGV[1], ARGV[2])
if not holds(key, item(ARGV[1], ARGV[2], ARGV[3]), ARGV[4]) then return 'lost' end
redis.call('HSET', key, 'searched', ARGV[5])
return 'done'
