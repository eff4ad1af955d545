#!lua flags=allow-oom
-- needs: index, items, labels
-- arguments: is_last, records...
-- Schema 4: corrected claims are superseded, and submissions have the facet `content`. Arguments: 1 in the
-- last call, which has none and from which on the data is of schema 4, else 0; for each record: stage
-- (extract: an article, gather: a claim), id, and its content, '' for a claim of an article. Returns
-- 'done' | 'already'.
--
-- Only Python can fold texts, so schema.py reads the records and calls this for some at a time.
-- Process dies between two calls: the next start goes through all records again, which changes nothing
-- that is done. Two processes upgrade at once: both do the same.
local records = args.records
if tonumber(redis.call('GET', SCHEMA) or 0) >= 4 then return 'already' end
if args.is_last == '1' then
  redis.call('SET', SCHEMA, 4)
  return 'done'
end
for i = 1, #records, 3 do
  local key = record_key(records[i], records[i + 1])
  if redis.call('EXISTS', key) == 1 then
    if records[i + 2] ~= '' then set_facet(key, 'content', records[i + 2]) end
    if redis.call('HEXISTS', key, 'corrected_by') == 1 then set_superseded(key, true) end
  end
end
return 'done'
