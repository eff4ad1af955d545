#!lua flags=allow-oom
-- needs: clock, counters, fetching
-- arguments: url, token, how, sha256, page, entry, fetched_us, life_ms, mode, failure, kept_ms
-- Store the outcome of a fetch for the waiters. Arguments: hash of the URL, token, 'page' | 'failed' |
-- 'released'; of a page its sha256, the page, the page without text, fetched_at in us; lifetime of the entry
-- in ms; of a page 'NX', or 'XX' when the page with this text that is stored cannot be read, and is
-- replaced; of a failure the failure, and the time for which it is kept in ms. Others are ''.
--
-- Fetcher slower than its right: another caller may have fetched meanwhile; an older page does not
-- replace a newer one, and the other caller keeps its right.
-- Page deleted while it was fetched again (it was known, and had not changed): it is stored here
-- again, complete. The cache needs it as long as the entry of its URL lives.
-- Reply lost, call repeated: the right is gone, and the fetch is counted once.
-- 'released' (the fetcher failed for a reason of its own): no outcome, a waiter fetches again.
local key, how, now = URL .. args.url, args.how, now_ms()
if read_right(args.url) == args.token then
  redis.call('HDEL', FETCHING, args.url)
  count('fetches', how == 'failed' and cjson.decode(args.failure).code or how)
end
if how == 'page' then
  -- The first page with this text is kept: verdicts cite it as it was then.
  if redis.call('SET', PAGE .. args.sha256, args.page, args.mode) and args.mode == 'NX' then
    redis.call('HSET', CITATIONS, args.sha256, 0)
  end
  redis.call('ZADD', IDLE, 'GT', now + args.life_ms, args.sha256)
  if tonumber(redis.call('HGET', key, 'fetched_us') or 0) <= tonumber(args.fetched_us) then
    redis.call('HSET', key, 'page', args.entry, 'fetched_us', args.fetched_us, 'sha256',
      args.sha256)
  end
  redis.call('HSET', key, 'last', 'page')
  redis.call('HINCRBY', key, 'outcome', 1)
  redis.call('PEXPIRE', key, args.life_ms)
elseif how == 'failed' then
  redis.call('HSET', key, 'failure', args.failure, 'failed_us', now * 1000,
    'failure_kept_ms', args.kept_ms, 'last', 'failed')
  redis.call('HINCRBY', key, 'outcome', 1)
  redis.call('PEXPIRE', key, args.life_ms)
  local known = redis.call('HGET', key, 'sha256')
  if known then redis.call('ZADD', IDLE, 'GT', now + args.life_ms, known) end
end
