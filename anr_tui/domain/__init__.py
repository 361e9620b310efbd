"""Pure values that every part uses: cameras, gaps, fills, outcomes, events, windows of time. No I/O, no clock."""
