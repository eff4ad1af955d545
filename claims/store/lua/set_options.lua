#!lua
-- Add sources to the options of a claim. ARGV: claim id, the options as the caller read them, the
-- new ones, actor.
-- Returns 1; 0 when others were written meanwhile; nothing when there is no such claim.
--
-- Two callers at once: the second finds the options of the first, and reads and adds again.
-- Reply lost, call repeated: the new options are found, and nothing is recorded again.
local actor = table.remove(ARGV)
local key = CLAIM .. ARGV[1]
local options = redis.call('HGET', key, 'options')
if not options then return false end
if options ~= ARGV[2] and options ~= ARGV[3] then return 0 end
if options == ARGV[3] then return 1 end
redis.call('HSET', key, 'options', ARGV[3])
record_audit(actor, 'sources.added', ARGV[1])
return 1
