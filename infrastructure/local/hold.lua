-- Chooses the backend of a request. While no backend has a ready server, the request waits instead of failing.
--
-- proc.active is the active colour: `blue`, `green`, `hold` (neither, while a SQLite file is handed over), or `auto` (either,
-- if it has a ready server). Within a colour, containers that deploy-local.sh has added come before those found by name.
-- proc.wait_timeout is the number of seconds for which a request waits; a hand-over sets it.

local DEFAULT_TIMEOUT = 30
local POLL_INTERVAL_MS = 20

local COLOURS = { blue = { "blue" }, green = { "green" }, hold = {}, auto = { "blue", "green" } }

local function choose(txn)
  for _, colour in ipairs(COLOURS[txn:get_var("proc.active")] or {}) do
    for _, backend in ipairs({ colour .. "-told", colour }) do
      if txn.f:nbsrv(backend) > 0 then
        return backend
      end
    end
  end
end

core.register_action("hold", { "http-req" }, function(txn)
  local waited = 0
  local backend = choose(txn)
  while not backend and waited < 1000 * (txn:get_var("proc.wait_timeout") or DEFAULT_TIMEOUT) do
    core.msleep(POLL_INTERVAL_MS)
    waited = waited + POLL_INTERVAL_MS
    backend = choose(txn)
  end
  if backend then
    txn:set_var("txn.backend", backend)
  end
end)
