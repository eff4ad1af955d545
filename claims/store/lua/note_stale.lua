#!lua flags=allow-oom
-- needs: clock, events, index, versions
-- arguments: id, kept, check, corrected_by, held, stale, because, rest_ms
-- Record whether the sign-off of a claim is stale, and announce another grade. Arguments: claim id; the review, the number of the last verdict the claim that corrects it, and the check whose
-- change waits for its confirmation, as the caller read them ('' for none); the grade ('' for none) and the reasons, one on each line; ms until the next look.
-- Returns 'noted' | 'changed-meanwhile' (the next sweep looks again) | 'not-found'.
--
-- Two processes sweep at once: the second finds the grade, and announces nothing.
-- Verdict, review, correction of the wording or end of the wait between the caller's reading and this: that put the claim before all others, so the
-- next sweep compares what it has then.
local id, key = args.id, CLAIM .. args.id
local now = redis.call('HMGET', key, 'status', 'reviewed', 'verdict_check', 'stale', 'corrected_by',
  'held_check')
if not now[1] then return 'not-found' end
if (now[2] or '') ~= args.kept or (now[3] or '') ~= args.check
  or (now[5] or '') ~= args.corrected_by or (now[6] or '') ~= args.held then
  return 'changed-meanwhile'
end
if (now[4] or '') ~= args.stale then
  set_facet(key, 'stale', args.stale)
  touch(key)
  if args.stale ~= '' then
    announce('review.stale', id, 'stale', args.stale, 'because', args.because)
  end
end
redis.call('ZADD', SIGNED, 'XX', now_ms() + args.rest_ms, id)
return 'noted'
