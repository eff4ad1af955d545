#!lua flags=allow-oom
-- needs: clock, fetching
-- arguments: url, fresh_us, token, ttl_ms, waited_for
-- Decide whether the caller fetches a URL, waits, or gets a stored result. Arguments: hash of the URL,
-- fresh_after in us, token, ttl in ms, the number of the outcome that the caller waits to see
-- replaced, or '' on its first call.
-- Returns {'page', page without text, page} | {'failed', failure} | {'fetch', known page without
-- text or '', known page or ''} | {'wait', outcome}.
--
-- Two callers at once: the first gets the right to fetch, the second waits and asks again.
-- Fetch ends between two calls of the waiter: the number of the outcome has grown, and the waiter
-- accepts the outcome as it is, even if the fetcher's clock is behind the waiter's fresh_after.
-- Checking and taking the right are one step: no fetch can end unnoticed between them.
-- Fetcher dies: its right is released (release.lua) or expires, and one of the waiters gets it.
-- Reply lost, call repeated: the right carries the caller's own token and is confirmed.
-- Failure kept for a shorter time than the caller accepts (without an answer of the host): it is
-- fetched again; those who waited for this very fetch still get the failure.
-- Page deleted since it was fetched: the entry of the URL and the page's text are read in this one
-- step, and an entry without the text counts as no entry.
local key, now = URL .. args.url, now_ms()
local fresh, token, waited_for = tonumber(args.fresh_us), args.token, args.waited_for
local seen = redis.call('HMGET', key, 'page', 'fetched_us', 'failure', 'failed_us', 'outcome',
  'last', 'sha256', 'failure_kept_ms')
local outcome = seen[5] or '0'
local function load()
  return seen[7] and redis.call('GET', PAGE .. seen[7])
end
if waited_for ~= '' and outcome ~= waited_for then
  if seen[6] == 'failed' then return {'failed', seen[3]} end
  local page = seen[6] == 'page' and load()
  if page then return {'page', seen[1], page} end
end
if seen[1] and tonumber(seen[2]) >= fresh then
  local page = load()
  if page then return {'page', seen[1], page} end
end
if seen[3] and tonumber(seen[4]) > fresh
    and now - tonumber(seen[4]) / 1000 < tonumber(seen[8] or 0) then
  return {'failed', seen[3]}
end
local holder, expires = read_right(args.url)
if not holder or holder == token or expires <= now then
  redis.call('HSET', FETCHING, args.url, string.format('%s %.0f', token, now + args.ttl_ms))
  local page = load()
  return {'fetch', page and seen[1] or '', page or ''}
end
return {'wait', outcome}
