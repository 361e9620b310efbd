"""What the worker reports: events, the event hook, metrics, the service manager."""
