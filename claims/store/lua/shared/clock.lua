-- Time. All times are milliseconds of the server's clock: the clocks of workers have no effect.

local function now_ms()
  local time = redis.call('TIME')
  return time[1] * 1000 + math.floor(time[2] / 1000)
end
