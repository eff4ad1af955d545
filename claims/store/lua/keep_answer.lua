#!lua flags=allow-oom
-- arguments: key, answer, life_ms
-- Store the answer of a reader. Arguments: key, answer as JSON, ms for which it is kept.
--
-- It was paid for, so it is stored even if memory is full; make_room.lua deletes answers if necessary.
redis.call('SET', ANSWER .. args.key, args.answer, 'PX', args.life_ms)
