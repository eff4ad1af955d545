-- Readers, and the judge's verdict that is provisional while one is asked.

-- The verdict of a check in the form for scripts, one list of arguments: {verdict, label, history entry,
-- the verdict packed, the data of its event, its time in ms, its confidence, the facet site (of the
-- pages that it cites), the facet reader, whether a page has changed in a deciding sentence (1 or 0) with the
-- digests of the deciding passages after it, on a line each, then the sha256 of each of these pages}.
--
-- While its reader is asked, a claim has the judge's verdict in the field `provisional`, and in
-- `provisional_rest` the rest of that list; both become the verdict if no answer comes.
local function keep_provisional(key, verdict)
  redis.call('HSET', key, 'provisional', verdict[1],
    'provisional_rest', cjson.encode({unpack(verdict, 2)}))
end

local function end_provisional(key)
  redis.call('HDEL', key, 'provisional', 'provisional_rest')
end

-- Whether a worker takes from the queue of the reader.
local function has_reader(now)
  return redis.call('ZCOUNT', CONSUMERS .. 'read', now, '+inf') > 0
end

-- The fields of `keep_provisional` in the form for `conclude`; nil when they are damaged.
local function read_provisional(key)
  local kept = redis.call('HMGET', key, 'provisional', 'provisional_rest')
  if not kept[1] or not kept[2] then return end
  local is_read, rest = pcall(cjson.decode, kept[2])
  if is_read and type(rest) == 'table' and #rest >= 8 then return {kept[1], unpack(rest)} end
end
