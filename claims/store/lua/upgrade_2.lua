#!lua flags=allow-oom
-- Schema 2: how a claim is to be checked is one JSON object, `options` (CheckOptions): a field of a
-- claim, and a member of an article's `new`. Schema 1 had `sources` as a field of a claim, its last
-- day as a member of `claim`, and all of them as members of `new`.
local function to_json(value)
  return type(value) == 'string' and cjson.encode(value) or 'null'
end

-- `sources` is JSON, because cjson would write an empty list as an object.
local function write_options(sources, as_of, every, priority)
  return string.format('{"sources":%s,"as_of":%s,"every":%s,"priority":%s}',
    sources, to_json(as_of), to_json(every), to_json(priority))
end

for _, id in ipairs(redis.call('ZRANGE', CLAIMS, 0, -1)) do
  local key = CLAIM .. id
  local seen = redis.call('HMGET', key, 'claim', 'sources', 'every')
  local is_json, claim = pcall(cjson.decode, seen[1])
  if is_json and seen[2] then
    local as_of = claim.as_of
    redis.call('HSET', key, 'options', write_options(seen[2], as_of, seen[3], nil))
    redis.call('HDEL', key, 'sources')
  end
end
for _, id in ipairs(redis.call('ZRANGE', ARTICLES, 0, -1)) do
  local key = ARTICLE .. id
  local text = redis.call('HGET', key, 'new')
  local is_json, new = pcall(cjson.decode, text)
  if is_json and not new.options then
    local list = new.sources or {}
    local sources = #list == 0 and '[]' or cjson.encode(list)
    local options = write_options(sources, new.as_of, new.every, new.priority)
    redis.call('HSET', key, 'new', '{"options":' .. options .. ',' .. string.sub(text, 2))
  end
end
if tonumber(redis.call('GET', SCHEMA) or 0) < 2 then redis.call('SET', SCHEMA, 2) end
