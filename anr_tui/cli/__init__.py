"""The commands: each parses its arguments, calls, and prints; no logic of its own. A file for each command.

`console`, `worker` and `demo` stand here; `show/` has what only prints, `request/` what asks the worker for something,
`setup/` what sets up a site or a shell. Exit status: 0 done, 1 something asked for did not succeed, 2 wrong use or
settings.
"""
