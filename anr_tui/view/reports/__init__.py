"""Figures over a span of time: status, statistics, forecast, the shift report."""
