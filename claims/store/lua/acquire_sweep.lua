#!lua flags=allow-oom
-- Let one caller sweep. ARGV: how long no other caller sweeps, in ms. Returns 'acquired' for the
-- caller that sweeps, 'taken' for others.
--
-- Two callers at once: the first sets the key, the second finds it. The first dies before its sweep:
-- the key expires, and the next caller sweeps. Reply lost, call repeated: this sweep is left out.
-- Clock set back: the key would live for longer than it can have been given, and counts as expired.
if redis.call('PTTL', SWEEP) > 10 * ARGV[1] then redis.call('DEL', SWEEP) end
return redis.call('SET', SWEEP, 1, 'NX', 'PX', ARGV[1]) and 'acquired' or 'taken'
