-- Sends prepared requests as fast as they are answered. The file has one request per line (token, key and
-- body, between tabs); its lines are dealt to the threads in turn, so that none is sent twice.
local threads = {}

function setup(thread)
  thread:set("place", #threads)
  table.insert(threads, thread)
end

function init(args)
  local dealt = tonumber(args[3])
  path, lines, sent, missing = args[1], {}, 0, 0
  local number = 0
  for line in io.lines(args[2]) do
    if number % dealt == place then table.insert(lines, line) end
    number = number + 1
  end
end

function request()
  sent = sent + 1
  local line = lines[sent]
  if not line then
    missing = missing + 1
    return wrk.format("GET", "/")
  end
  local token, key, body = line:match("([^\t]*)\t([^\t]*)\t(.*)")
  return wrk.format("POST", path, {
    ["Authorization"] = "Bearer " .. token,
    ["Idempotency-Key"] = key,
    ["Content-Type"] = "application/json",
  }, body)
end

function done(summary, latency, requests)
  local missing = 0
  for _, thread in ipairs(threads) do missing = missing + thread:get("missing") end
  local errors = summary.errors
  io.write(string.format(
    '\n{"answers":%d,"seconds":%f,"not_2xx":%d,"broken":%d,"p50_ms":%f,"p99_ms":%f,"missing":%d}\n',
    summary.requests, summary.duration / 1e6, errors.status,
    errors.connect + errors.read + errors.write + errors.timeout,
    latency:percentile(50) / 1e3, latency:percentile(99) / 1e3, missing))
end
