#!lua flags=no-writes
-- needs: index
-- arguments: stage, ids...
-- What records repeat: for each the last one before it that was submitted with the same content, ''
-- when there is none. Arguments: stage, ids. Returns the ids of those in the same order.
--
-- Two submissions of one content at once: the one that was stored later repeats the other. Of a batch
-- that has it twice, the first one repeats the second: lists have them in the order of the batch, with
-- the newest first.
-- The earlier one is deleted meanwhile: the one before that is found, or none.
local found = {}
for i, id in ipairs(args.ids) do found[i] = find_same(args.stage, id, false) or '' end
return found
