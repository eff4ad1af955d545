#!lua flags=allow-oom
-- Return a leased item to due. ARGV: stage, id, check, token, delay in ms. Gives 1, or 0 when
-- the lease was lost (then the item is due or another's already, and the delay is not ours).
local member = item(ARGV[1], ARGV[2], ARGV[3])
if not holds(record_key(ARGV[1], ARGV[2]), member, ARGV[4]) then return 0 end
put_due(member, now_ms() + ARGV[5])
return 1
