"""The process that finds due gaps and fills them: scheduling, requests, lease, reports."""
