#!lua flags=allow-oom
-- arguments: key, holder
-- The holder no longer asks a question (recall_answer.lua). Arguments: hash of the question, who asked.
--
-- Its note expired, and another caller asks meanwhile: the note of the other stays.
if redis.call('GET', ASKING .. args.key) == args.holder then redis.call('DEL', ASKING .. args.key) end
