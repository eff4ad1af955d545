#!lua flags=allow-oom
-- Schema 5: claims may be read by a second reader (stage `read`, status `reading`, fields `provisional` and
-- `provisional_rest`), and have the facet `reader`. Data of schema 4 has none of these, so nothing
-- changes; processes of the previous release, which would put such items into other lines, are refused.
if tonumber(redis.call('GET', SCHEMA) or 0) < 5 then redis.call('SET', SCHEMA, 5) end
