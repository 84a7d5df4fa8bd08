-- For wrk: sends the one request that the file given as argument holds, byte by byte, and prints the result as JSON.
local text

init = function(args)
  local file = assert(io.open(args[1], 'rb'))
  text = file:read('*a')
  file:close()
  wrk.format = function() return text end
end

done = function(summary, latency)
  local errors = summary.errors
  io.write(string.format(
    '{"requests":%d,"durationMicros":%d,"bytes":%d,"badStatuses":%d,"socketErrors":%d,"p50Micros":%d,"p99Micros":%d}\n',
    summary.requests, summary.duration, summary.bytes, errors.status,
    errors.connect + errors.read + errors.write + errors.timeout,
    latency:percentile(50), latency:percentile(99)))
end
