-- Kept checks and the pages that they cite.

-- Record that a check refers to a page; repeated references count once. Every stored page has a
-- count from the moment it is stored (end_fetch.lua); a page that is not stored gets none.
local function cite(id, check, sha256)
  local cited = redis.call('HGET', CITED .. id, check) or ''
  if string.find(cited, sha256, 1, true) then return end
  if redis.call('HEXISTS', CITATIONS, sha256) == 0 then return end
  redis.call('HINCRBY', CITATIONS, sha256, 1)
  redis.call('HSET', CITED .. id, check, cited == '' and sha256 or cited .. ' ' .. sha256)
end

-- Delete the evidence and the verdict of a check. A page without any other reference is left to
-- forget.lua, which deletes it once the page cache no longer needs it either.
local function forget_check(id, check, now)
  for sha256 in string.gmatch(redis.call('HGET', CITED .. id, check) or '', '%S+') do
    if redis.call('HINCRBY', CITATIONS, sha256, -1) == 0 then
      redis.call('ZADD', IDLE, 'GT', now, sha256)
    end
  end
  for _, of_claim in ipairs({GATHERED, VERDICTS, CITED}) do
    redis.call('HDEL', of_claim .. id, check)
  end
end

-- Delete up to `most` checks, oldest first, that a newer verdict replaced before `before`. Returns
-- their number.
local function forget_superseded(before, most, now)
  local old = redis.call('ZRANGE', SUPERSEDED, '-inf', before, 'BYSCORE', 'LIMIT', 0, most)
  for _, member in ipairs(old) do
    local id, check = string.match(member, '^(.*):(%d+)$')
    forget_check(id, check, now)
    redis.call('ZREM', SUPERSEDED, member)
  end
  return #old
end

-- Delete up to `most` pages to which no check refers and that the page cache does not need after
-- `before`. Returns their number. A page that still has a reference is removed from the list; the end
-- of the last reference adds it again.
local function forget_pages(before, most)
  local pages = 0
  for _, sha256 in ipairs(redis.call('ZRANGE', IDLE, '-inf', before, 'BYSCORE', 'LIMIT', 0, most)) do
    redis.call('ZREM', IDLE, sha256)
    if redis.call('HGET', CITATIONS, sha256) == '0' then
      redis.call('DEL', PAGE .. sha256)
      redis.call('HDEL', CITATIONS, sha256)
      pages = pages + 1
    end
  end
  return pages
end

-- Delete up to `most` stored checks of a deleted claim. A page without any other reference is
-- deleted by the next forget.lua, whether or not the page cache needs it. Returns their number.
local function erase_checks(id, most, now)
  local erased = 0
  for _, of_claim in ipairs({CITED, GATHERED, VERDICTS}) do
    for _, check in ipairs(redis.call('HKEYS', of_claim .. id)) do
      if erased == most then
        redis.call('SADD', ERASING, id)
        return erased
      end
      local cited = redis.call('HGET', CITED .. id, check) or ''
      forget_check(id, check, now)
      for sha256 in string.gmatch(cited, '%S+') do
        if redis.call('HGET', CITATIONS, sha256) == '0' then
          redis.call('ZADD', IDLE, now, sha256)
        end
      end
      redis.call('ZREM', SUPERSEDED, id .. ':' .. check)
      erased = erased + 1
    end
  end
  redis.call('SREM', ERASING, id)
  return erased
end
