-- A random customer for each request of wrk.
request = function()
  return wrk.format("GET", "/customerdata/" .. math.random(1, 4499))
end
