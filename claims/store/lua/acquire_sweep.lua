#!lua flags=allow-oom
-- arguments: life_ms
-- Let one caller sweep. Arguments: how long no other caller sweeps, in ms. Returns 'acquired' for the
-- caller that sweeps, 'taken' for others.
--
-- Two callers at once: the first sets the key, the second finds it. The first dies before its sweep:
-- the key expires, and the next caller sweeps. Reply lost, call repeated: this sweep is left out.
-- Clock set back: the key would live for longer than it can have been given, and counts as expired.
if redis.call('PTTL', SWEEP) > 10 * args.life_ms then redis.call('DEL', SWEEP) end
return redis.call('SET', SWEEP, 1, 'NX', 'PX', args.life_ms) and 'acquired' or 'taken'
