#!lua flags=allow-oom
-- needs: clock, events, items, versions
-- arguments: stage, id, check, token, same_as, signed
-- Link a claim that is being checked to an earlier claim that means the same, and announce it if the
-- earlier one is signed off. Arguments: stage, claim id, check, token, id of the earlier claim,
-- the label for which it is signed off, as the caller read it ('' for none).
-- Returns 'done' | 'lost'.
--
-- Runs twice, or after another attempt: the first link stays, and is announced once.
-- The earlier claim is deleted meanwhile: nothing is linked. Deleted later: readers find no such claim.
local key = CLAIM .. args.id
if not holds(key, item(args.stage, args.id, args.check), args.token) then return 'lost' end
local earlier = CLAIM .. args.same_as
if redis.call('EXISTS', earlier) == 0 or redis.call('HSETNX', key, 'same_as', args.same_as) == 0 then
  return 'done'
end
redis.call('HSET', key, 'same_ms', now_ms())
touch(key)
if args.signed ~= '' then
  announce('claim.returned', args.id, 'same_as', args.same_as, 'signed', args.signed)
end
return 'done'
