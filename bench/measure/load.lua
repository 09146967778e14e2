-- Sends prepared requests in turn; where one holds a marker (unique-marker.ts), every request gets a marker of its own.
-- Counts the answers within a window of time: at both its ends all connections are at work.
-- Arguments: file with whole HTTP requests, separated by the character 30; number of the first marker;
-- start and end of the window, in milliseconds since 1970.
local ffi = require("ffi")
ffi.cdef [[
  typedef struct { long seconds; long nanoseconds; } timespec;
  int clock_gettime(int clock, timespec *time);
]]

local PREFIX = "unique-"
local PLACEHOLDER = PREFIX .. "000000000000"
local CLOCK_REALTIME = 0

local requests, position, number = {}, 0, 0
local window_start, window_end
local time = ffi.new("timespec")
local threads = {}

answered = 0

local function split(text)
  local parts, start = {}, 1
  while true do
    local from, to = text:find(PLACEHOLDER, start, true)
    if not from then
      parts[#parts + 1] = text:sub(start)
      return parts
    end
    parts[#parts + 1] = text:sub(start, from - 1)
    start = to + 1
  end
end

function setup(thread)
  threads[#threads + 1] = thread
end

function init(args)
  local file = assert(io.open(args[1], "rb"))
  for request in file:read("*a"):gmatch("[^\30]+") do
    requests[#requests + 1] = split(request)
  end
  file:close()
  number = tonumber(args[2])
  window_start = tonumber(args[3]) / 1000
  window_end = tonumber(args[4]) / 1000
end

-- Called for a connection's first request, and again whenever it has got an answer.
function request()
  ffi.C.clock_gettime(CLOCK_REALTIME, time)
  local now = tonumber(time.seconds) + tonumber(time.nanoseconds) / 1e9
  if now >= window_start and now < window_end then answered = answered + 1 end

  position = position % #requests + 1
  local parts = requests[position]
  if #parts == 1 then return parts[1] end
  number = number + 1
  return table.concat(parts, PREFIX .. string.format("%012d", number))
end

function done(summary)
  local errors = summary.errors
  local total = 0
  for _, thread in ipairs(threads) do total = total + thread:get("answered") end
  io.write(string.format('RESULT {"answered":%d,"badStatus":%d,"unanswered":%d}\n',
    total, errors.status, errors.connect + errors.read + errors.write + errors.timeout))
end
