-- Reviews of claims by people.

-- Have the next sweep look whether the sign-off of a claim, if it has one, is stale.
local function look_at_sign_off(id)
  redis.call('ZADD', SIGNED, 'XX', 0, id)
end

local function delete_review(id)
  redis.call('DEL', REVIEWS .. id)
  redis.call('ZREM', SIGNED, id)
  redis.call('DEL', PUBLICATIONS .. id)
  redis.call('ZREM', PUBLISHED, id)
end
