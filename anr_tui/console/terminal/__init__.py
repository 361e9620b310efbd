"""The terminal: driver, screen diff, line speed, graphics, hang-up, type-ahead."""
