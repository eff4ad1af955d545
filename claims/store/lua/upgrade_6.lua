#!lua flags=allow-oom
-- Schema 6: claims may be reviewed (field `reviewed`, facets `review`, `assignee` and `stale`, the lists
-- REVIEWS, the set SIGNED). Data of schema 5 has none of these, so nothing changes; processes of the
-- previous release, which would leave them behind when a claim is deleted, are refused.
if tonumber(redis.call('GET', SCHEMA) or 0) < 6 then redis.call('SET', SCHEMA, 6) end
