#!lua flags=allow-oom
-- Schema 7: webhooks may be alerts (fields `kind`, `when`, `batch`, `sent`, `window_ms`; the hash DIGESTS).
-- Data of schema 6 has none, so nothing changes; processes of the previous release, which would send
-- the events of alerts as those of webhooks, are refused.
if tonumber(redis.call('GET', SCHEMA) or 0) < 7 then redis.call('SET', SCHEMA, 7) end
