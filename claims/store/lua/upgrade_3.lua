#!lua flags=allow-oom
-- needs: index, items, labels
-- Schema 3: articles and claims are in the index of lists. ARGV: six for each record that is added
-- to it: stage (extract: an article, gather: a claim), id, the facets claimant, site and word, and
-- of the last verdict its time in ms and its confidence with a space between, or ''. Without ARGV the
-- data is of schema 3 from here on. Returns 'done' | 'already'.
--
-- Only Python can fold words, so schema.py reads the records and calls this for some at a time.
-- Process dies between two calls: the next start adds all records again, which changes nothing.
-- Two processes upgrade at once: both add the same. Once one of them has set the schema, records may
-- change, and what the other one has read may be out of date: its calls do nothing.
if tonumber(redis.call('GET', SCHEMA) or 0) >= 3 then return 'already' end
if #ARGV == 0 then
  redis.call('SET', SCHEMA, 3)
  return 'done'
end
for i = 1, #ARGV, 6 do
  local key = record_key(ARGV[i], ARGV[i + 1])
  local start, serial = find_row(key)
  redis.call('HSET', key, 'claimant', ARGV[i + 2], 'site', ARGV[i + 3], 'word', ARGV[i + 4])
  local at, confidence = string.match(ARGV[i + 5], '^(%S+) (%S+)$')
  if at then
    redis.call('ZADD', start .. 'checked', at, serial)
    redis.call('ZADD', start .. 'confidence', confidence, serial)
  end
  if ARGV[i] == 'extract' then set_labels(key) end
  add_to_index(key, FACETS)
end
return 'done'
