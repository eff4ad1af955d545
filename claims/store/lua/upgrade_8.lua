#!lua flags=allow-oom
-- arguments: is_last, records...
-- Schema 8: what was published is kept for readers (the set PUBLISHED, the lists PUBLICATIONS). Arguments: 1 in
-- the last call, which has none and from which on the data is of schema 8, else 0; for each claim, in the
-- order of the last publications: id, 1 if it is published and 0 if that was taken back, the number of its
-- publications, and these, packed, oldest first. Returns 'done' | 'already'.
--
-- Only Python can read the steps of reviews, so schema.py reads them and calls this for some claims at a time.
-- Process dies between two calls: the next start goes through all claims again, with the same result.
-- Two processes upgrade at once: both go through the claims in the same order, so that the larger of two serial
-- numbers, which stays, rises with it.
local records, i = args.records, 1
if tonumber(redis.call('GET', SCHEMA) or 0) >= 8 then return 'already' end
if args.is_last == '1' then
  redis.call('SET', SCHEMA, 8)
  return 'done'
end
while records[i] do
  local id, last = records[i], i + 2 + records[i + 2]
  if redis.call('EXISTS', CLAIM .. id) == 1 then
    redis.call('DEL', PUBLICATIONS .. id)
    for at = i + 3, last do redis.call('RPUSH', PUBLICATIONS .. id, records[at]) end
    if records[i + 1] == '1' then redis.call('ZADD', PUBLISHED, redis.call('INCR', SERIAL), id) end
  end
  i = last + 1
end
return 'done'
