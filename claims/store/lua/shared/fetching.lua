-- Rights to fetch pages.

-- The token that has the right to fetch a URL, and until when. Nothing when no caller has it.
local function read_right(url)
  local holder, expires = string.match(redis.call('HGET', FETCHING, url) or '', '^(%S+) (%d+)$')
  return holder, tonumber(expires)
end
