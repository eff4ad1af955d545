-- Work items: `stage:id:check`.

local function item(stage, id, check)
  return string.format('%s:%s:%d', stage, id, check)
end

local function split(member)
  return string.match(member, '^(%a+):(.*):(%d+)$')
end

local function record_key(stage, id)
  return (stage == 'extract' and ARTICLE or CLAIM) .. id
end

-- A lease that ran out but was neither reaped nor taken by another worker is still current: its
-- holder is the only one who worked on the item, so its result is as good as before.
local function holds(key, member, token)
  return redis.call('ZSCORE', LEASE, member) and redis.call('HGET', key, 'token') == token
end
