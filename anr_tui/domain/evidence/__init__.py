"""What is kept as evidence of a landed file: how well its time is known, what can be seen, what clocks showed."""
