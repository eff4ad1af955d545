#!lua flags=no-writes
-- needs: index
-- arguments: stage, ids...
-- Find for each record the last earlier one that was submitted with the same content. Arguments: stage,
-- ids. Returns the ids of the earlier records in the same order, '' where there is none.
--
-- Two submissions of one content at once: the one that was stored later repeats the other. In a batch
-- that has a content twice, the first claim repeats the second: lists have the claims in the order of
-- the batch, with the newest first.
-- The earlier one is deleted meanwhile: an even earlier one is found, or none.
local found = {}
for i, id in ipairs(args.ids) do found[i] = find_same(args.stage, id, false) or '' end
return found
