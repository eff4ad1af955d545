#!lua flags=allow-oom
-- needs: items
-- arguments: stage, id, check, token, searched
-- Store the results of the providers until the check is gathered. Returns 'done' | 'lost': a later holder
-- searches again.
local key = record_key(args.stage, args.id)
if not holds(key, item(args.stage, args.id, args.check), args.token) then return 'lost' end
redis.call('HSET', key, 'searched', args.searched)
return 'done'
