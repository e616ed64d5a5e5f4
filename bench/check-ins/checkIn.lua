-- The load of `npm run bench -- checkin` for wrk: check-ins that differ in visit id, resident, venue and instant.
--
-- Argument: a file of lines `host H`, `ticket T`, `code V` and `instant I`, of the last three as many as liked.
-- The report is one line of JSON.

local threads = {}

function setup(thread)
  thread:set("number", #threads + 1)
  table.insert(threads, thread)
end

local tickets, codes, instants = {}, {}, {}

function init(args)
  local values = { host = {}, ticket = {}, code = {}, instant = {} }
  for line in io.lines(args[1]) do
    local kind, value = line:match("^(%a+) (.+)$")
    table.insert(values[kind], value)
  end
  local host = values.host[1]
  instants = values.instant
  -- What does not change from request to request is put together once, so that the generator leaves the processor to the server.
  for _, ticket in ipairs(values.ticket) do
    table.insert(tickets, "POST /v1/check-ins HTTP/1.1\r\nHost: " .. host .. "\r\nAuthorization: Bearer " .. ticket
      .. "\r\nContent-Type: application/json\r\nContent-Length: ")
  end
  for _, code in ipairs(values.code) do
    local start = '{"venueCode":"' .. code .. '","visitId":"'
    local length = #start + 36 + #'","arrivedAt":"' + #instants[1] + #'"}'
    table.insert(codes, length .. "\r\n\r\n" .. start)
  end
  -- Threads and runs differ in what they draw; the counter makes an id unique within a thread.
  math.randomseed(os.time() * 64 + number)
  for _ = 1, 16 do math.random() end
  run = math.random(0, 0xffff) * 0x10000 + math.random(0, 0xffff)
  sent = 0
end

function request()
  sent = sent + 1
  local visitId = string.format("%08x-%04x-4%03x-8%03x-%08x%04x",
    math.random(0, 0x7fffffff), math.random(0, 0xffff), sent % 0x1000, number, run, math.floor(sent / 0x1000))
  return tickets[sent % #tickets + 1] .. codes[math.random(#codes)] .. visitId .. '","arrivedAt":"' .. instants[math.random(#instants)] .. '"}'
end

function done(summary, latency)
  local sentByAll = 0
  for _, thread in ipairs(threads) do sentByAll = sentByAll + thread:get("sent") end
  local errors = summary.errors
  io.write(string.format('{"sent":%d,"answered":%d,"refused":%d,"broken":%d,"elapsedMs":%.3f,"p50Ms":%.3f,"p99Ms":%.3f}\n',
    sentByAll, summary.requests, errors.status, errors.connect + errors.read + errors.write + errors.timeout,
    summary.duration / 1000, latency:percentile(50) / 1000, latency:percentile(99) / 1000))
end
