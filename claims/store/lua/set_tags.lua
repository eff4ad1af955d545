#!lua
-- needs: audit, clock, index, items, schedule, versions
-- arguments: stage, id, tags, facet, actor
-- Replace the tags of an article or claim. Arguments: stage (extract: an article, gather: a claim), id, the
-- tags as JSON, the facet tag, actor. Returns 'set' | 'outdated' (is_outdated) | 'not-found'.
--
-- Two people set tags at once: the tags of the second call stay, or are refused if it is conditional.
-- Repeated after a lost reply: the tags are there already, and nothing changes.
-- Set on an article before its claims are known: commit_extraction gives them the article's tags.
-- The claims of an article are limited by ASSAY_ARTICLE_CLAIMS, so this is a limited amount of work.
local actor = args.actor
local stage, id = args.stage, args.id
local key = record_key(stage, id)
if redis.call('EXISTS', key) == 0 then return 'not-found' end
if (redis.call('HGET', key, 'tags') or '[]') == args.tags then return 'set' end
if is_outdated() then return 'outdated' end
redis.call('HSET', key, 'tags', args.tags)
set_facet(key, 'tag', args.facet)
touch(key)
local now = now_ms()
record_audit(actor, 'tags.set', id)
if stage == 'extract' then
  for _, serial in ipairs(redis.call('ZRANGE', INDEX .. 'claims:article:' .. id, 0, -1)) do
    local claim = redis.call('ZRANGE', CLAIMS, serial, serial, 'BYSCORE')[1]
    set_facet(CLAIM .. claim, 'article_tag', args.facet)
    follow_tags(CLAIM .. claim, claim, now)
  end
else
  follow_tags(key, id, now)
end
return 'set'
