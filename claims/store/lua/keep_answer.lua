#!lua flags=allow-oom
-- arguments: key, answer, life_ms
-- Keep the answer of a reader. Arguments: key, answer as JSON, ms for which it is kept.
--
-- It was paid for, so that it is kept in a full memory, too; make_room.lua deletes answers when it must.
redis.call('SET', ANSWER .. args.key, args.answer, 'PX', args.life_ms)
