-- Chooses who answers a request; while nobody can, the request waits instead of failing.
--
-- proc.active says which colour answers: `blue`, `green`, `hold` (neither: one SQLite file is being handed over), or
-- `auto`, whichever lives. Of a colour, containers that the proxy was told of go before those that it found by name.
-- proc.patience says for how many seconds a request waits: who hands over knows how long that may take.

local PATIENCE = 30
local GLANCE_MS = 20

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
  while not backend and waited < 1000 * (txn:get_var("proc.patience") or PATIENCE) do
    core.msleep(GLANCE_MS)
    waited = waited + GLANCE_MS
    backend = choose(txn)
  end
  if backend then
    txn:set_var("txn.backend", backend)
  end
end)
