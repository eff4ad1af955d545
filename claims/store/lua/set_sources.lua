#!lua
-- needs: articles, audit, items, versions
-- arguments: article, claims, actions, actor, records...
-- Change the sources of a claim, or of an article and all its claims: all of them or none. Arguments: article
-- or '', its number of claims, the actions for the audit log ('sources.added', 'sources.removed', or both
-- with a space between), the actor, and for each record: stage (extract: the article, gather: a claim), id,
-- its options as the caller read them, the new options (for an article its submission, which has them),
-- and the place of a claim in its article, from 0.
-- Returns 'set' | 'changed-meanwhile' (one was written meanwhile) | 'other-claims' (the article has other
-- claims by now) | 'corrected' | 'not-found'. Corrected claims of an article also get its sources, because
-- they count again when their corrected wording is deleted.
--
-- Two callers at once: the second finds the options of the first, and reads and changes again.
-- Reply lost, call repeated: the new options are found everywhere, and nothing is recorded again.
-- Claim deleted between the caller's reading and this: 'changed-meanwhile', and the caller reads again
-- without it.
-- Article extracted between the two: as in recheck.lua.
local actor = args.actor
local article, changed, places = args.article, {}, {}
if article ~= '' and not has_claims(article, tonumber(args.claims)) then return 'other-claims' end
local records = args.records
for i = 1, #records, 5 do
  local key = record_key(records[i], records[i + 1])
  local field = records[i] == 'extract' and 'new' or 'options'
  local now = redis.call('HGET', key, field)
  if not now and i == 1 then return 'not-found' end
  if article == '' and redis.call('HEXISTS', key, 'corrected_by') == 1 then return 'corrected' end
  if now ~= records[i + 2] and now ~= records[i + 3] then return 'changed-meanwhile' end
  if now ~= records[i + 3] then
    changed[#changed + 1] = {key, field, records[i + 3]}
    if records[i] == 'gather' then places[#places + 1] = tonumber(records[i + 4]) end
  end
end
if #changed == 0 then return 'set' end
for _, change in ipairs(changed) do
  redis.call('HSET', unpack(change))
  touch(change[1])
end
for action in string.gmatch(args.actions, '%S+') do
  if article == '' then
    record_audit(actor, action, records[2])
  else
    record_article(actor, action, article, places)
  end
end
return 'set'
