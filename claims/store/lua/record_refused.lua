#!lua flags=allow-oom
-- needs: audit
-- Record that a wrong key or token was sent. ARGV: id of the key whose secret it is not, or another
-- word; the network of the sender; the actor.
--
-- Reply lost, call repeated: it is counted twice, which misleads nobody.
local actor = table.remove(ARGV)
record_repeated(actor, 'access.refused', ARGV[1], ARGV[2])
