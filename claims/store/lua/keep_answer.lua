#!lua flags=allow-oom
-- Keep the answer of a reader. ARGV: key, answer as JSON, ms for which it is kept.
--
-- It was paid for, so that it is kept in a full memory, too; make_room.lua deletes answers when it must.
redis.call('SET', ANSWER .. ARGV[1], ARGV[2], 'PX', ARGV[3])
