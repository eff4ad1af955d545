#!lua flags=allow-oom
-- arguments: key, holder, asking_ms, life_ms
-- Look up the answer of a reader; without one, note who asks the question. Arguments: hash of the
-- question; who asks: a claim, or a thread; ms for which its note is kept; ms for which an answer is kept
-- after its last use. Returns {'answered', answer} | {'asks', ''} | {'asked', ''}: another asks it.
--
-- Two callers with the same question: the first asks, the second gets 'asked' until end_asking.lua.
-- The first one dies: its claim is read again and asks again, as the same holder; another caller may ask
-- when the note expires.
-- Reply lost, call repeated: the holder is the same, and asks.
local answer = redis.call('GETEX', ANSWER .. args.key, 'PX', args.life_ms)
if answer then return {'answered', answer} end
local holder = redis.call('GET', ASKING .. args.key)
if holder and holder ~= args.holder then return {'asked', ''} end
redis.call('SET', ASKING .. args.key, args.holder, 'PX', args.asking_ms)
return {'asks', ''}
