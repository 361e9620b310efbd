"""Reports over a span of time: status, statistics, forecast, and the shift report."""
