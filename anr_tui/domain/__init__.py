"""The words everyone speaks, as pure values: no I/O, no clock."""
