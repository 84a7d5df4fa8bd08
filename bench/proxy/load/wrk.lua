-- For wrk: sends the raw requests of the file in PORTICO_BENCH_REQUESTS, in turn, and prints the result as JSON. In that
-- file every request stands behind its length in bytes and a line feed.
local requests = {}
local file = assert(io.open(os.getenv('PORTICO_BENCH_REQUESTS'), 'rb'))
for length in function() return file:read('*n') end do
  file:read(1)
  requests[#requests + 1] = file:read(length)
end
file:close()

-- Without a function "request" wrk asks once and sends the same bytes again and again, which costs the load's core less.
if #requests == 1 then
  init = function() wrk.format = function() return requests[1] end end
else
  local at = 0
  request = function()
    at = at % #requests + 1
    return requests[at]
  end
end

done = function(summary, latency)
  local errors = summary.errors
  io.write(string.format(
    '{"requests":%d,"durationMicros":%d,"bytes":%d,"badStatuses":%d,"socketErrors":%d,"p50Micros":%d,"p99Micros":%d}\n',
    summary.requests, summary.duration, summary.bytes, errors.status,
    errors.connect + errors.read + errors.write + errors.timeout,
    latency:percentile(50), latency:percentile(99)))
end
