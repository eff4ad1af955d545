#!lua flags=allow-oom
-- needs: items
-- arguments: stage, id, check, token, searched
-- Keep what providers found until the check is gathered. Returns 'done' | 'lost': a later holder does its
-- own search.
local key = record_key(args.stage, args.id)
if not holds(key, item(args.stage, args.id, args.check), args.token) then return 'lost' end
redis.call('HSET', key, 'searched', args.searched)
return 'done'
