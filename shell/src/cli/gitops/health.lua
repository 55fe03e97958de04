-- The health of one of Kyklos' objects. Its conditions follow kstatus, so this says what Flux and Helm see, too:
-- Stalled waits for a change by somebody, Reconciling and what isn't Ready come by themselves.
local function condition(name)
  if obj.status ~= nil and obj.status.conditions ~= nil then
    for _, found in ipairs(obj.status.conditions) do
      if found.type == name then
        return found
      end
    end
  end
  return { status = "Unknown", reason = "", message = "" }
end

local function health(status, message)
  return { status = status, message = message or "" }
end

local ready = condition("Ready")
local stalled = condition("Stalled")
local reconciling = condition("Reconciling")
local degraded = condition("Degraded")

if obj.status == nil or obj.status.observedGeneration ~= obj.metadata.generation then
  return health("Progressing", "The controller hasn't looked at it yet")
end
if stalled.status == "True" then
  return health("Degraded", stalled.message)
end
if reconciling.status == "True" then
  return health("Progressing", ready.message)
end
if ready.status ~= "True" then
  return health("Progressing", ready.message)
end
if ready.reason == "Paused" then
  return health("Suspended", ready.message)
end
-- What is wrong although the schedule is followed is said, and fails no sync.
if degraded.status == "True" then
  return health("Healthy", degraded.message)
end
return health("Healthy", ready.message)
