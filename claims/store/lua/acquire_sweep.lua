#!lua flags=allow-oom
-- arguments: life_ms
-- Choose one caller to sweep. Arguments: ms for which no other caller is chosen. Returns 'acquired' for
-- the caller that sweeps, 'taken' for others.
--
-- Two callers at once: the first sets the key, the second finds it. The first dies before its sweep:
-- the key expires, and the next caller sweeps. Reply lost, call repeated: this sweep is skipped.
-- Clock set back: a key with more time left than its full lifetime counts as expired.
if redis.call('PTTL', SWEEP) > 10 * args.life_ms then redis.call('DEL', SWEEP) end
return redis.call('SET', SWEEP, 1, 'NX', 'PX', args.life_ms) and 'acquired' or 'taken'
