#!lua flags=allow-oom
-- needs: audit
-- arguments: object, network, actor
-- Record that a wrong key or token was sent. Arguments: id of the key whose secret it is not, or another
-- word; the network of the sender; the actor.
--
-- Reply lost, call repeated: it is counted twice, which does no harm.
local actor = args.actor
record_repeated(actor, 'access.refused', args.object, args.network)
