#!lua flags=allow-oom
-- needs: index, items, labels
-- arguments: is_last, records...
-- Schema 3: articles and claims are in the index of lists. Arguments: 1 in the last call, which adds none
-- and from which on the data is of schema 3, else 0; for each record that is added to it: stage (extract:
-- an article, gather: a claim), id, the facets claimant, site and word, and
-- of the last verdict its time in ms and its confidence with a space between, or ''. Returns 'done' |
-- 'already'.
--
-- Only Python can fold words, so schema.py reads the records and calls this for some at a time.
-- Process dies between two calls: the next start adds all records again, with the same result.
-- Two processes upgrade at once: both add the same. Once one of them has set the schema, records may
-- change, and what the other one has read may be out of date: its calls do nothing.
local records = args.records
if tonumber(redis.call('GET', SCHEMA) or 0) >= 3 then return 'already' end
if args.is_last == '1' then
  redis.call('SET', SCHEMA, 3)
  return 'done'
end
for i = 1, #records, 6 do
  local key = record_key(records[i], records[i + 1])
  local start, serial = find_row(key)
  redis.call('HSET', key, 'claimant', records[i + 2], 'site', records[i + 3], 'word', records[i + 4])
  local at, confidence = string.match(records[i + 5], '^(%S+) (%S+)$')
  if at then
    redis.call('ZADD', start .. 'checked', at, serial)
    redis.call('ZADD', start .. 'confidence', confidence, serial)
  end
  if records[i] == 'extract' then set_labels(key) end
  add_to_index(key, FACETS)
end
return 'done'
