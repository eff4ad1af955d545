#!lua flags=allow-oom
-- needs: clock, counters, fetching
-- Store the outcome of a fetch for the waiters. ARGV: hash of the URL, token, then
-- 'page', sha256, page, page without text, fetched_at in us, lifetime of the entry in ms, 'NX', or
-- 'XX' when the page with this text that is stored cannot be read, and is replaced
-- | 'failed', failure, lifetime of the entry in ms, time for which the failure is kept in ms
-- | 'released'.
--
-- Fetcher slower than its right: another caller may have fetched meanwhile; an older page does not
-- replace a newer one, and the other caller keeps its right.
-- Page deleted while it was fetched again (it was known, and had not changed): it is stored here
-- again, complete. The cache needs it as long as the entry of its URL lives.
-- Reply lost, call repeated: the right is gone, and the fetch is counted once.
-- 'released' (the fetcher failed for a reason of its own): no outcome, a waiter fetches again.
local key, how, now = URL .. ARGV[1], ARGV[3], now_ms()
if read_right(ARGV[1]) == ARGV[2] then
  redis.call('HDEL', FETCHING, ARGV[1])
  count('fetches', how == 'failed' and cjson.decode(ARGV[4]).code or how)
end
if how == 'page' then
  -- The first page with this text is kept: verdicts cite it as it was then.
  if redis.call('SET', PAGE .. ARGV[4], ARGV[5], ARGV[9]) and ARGV[9] == 'NX' then
    redis.call('HSET', CITATIONS, ARGV[4], 0)
  end
  redis.call('ZADD', IDLE, 'GT', now + ARGV[8], ARGV[4])
  if tonumber(redis.call('HGET', key, 'fetched_us') or 0) <= tonumber(ARGV[7]) then
    redis.call('HSET', key, 'page', ARGV[6], 'fetched_us', ARGV[7], 'sha256', ARGV[4])
  end
  redis.call('HSET', key, 'last', 'page')
  redis.call('HINCRBY', key, 'outcome', 1)
  redis.call('PEXPIRE', key, ARGV[8])
elseif how == 'failed' then
  redis.call('HSET', key, 'failure', ARGV[4], 'failed_us', now * 1000,
    'failure_kept_ms', ARGV[6], 'last', 'failed')
  redis.call('HINCRBY', key, 'outcome', 1)
  redis.call('PEXPIRE', key, ARGV[5])
  local known = redis.call('HGET', key, 'sha256')
  if known then redis.call('ZADD', IDLE, 'GT', now + ARGV[5], known) end
end
