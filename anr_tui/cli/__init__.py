"""The commands of `anr-tui`. Each has a file of its own that parses its arguments, calls other packages and prints.

`console`, `worker` and `demo` stand in this package itself; `show/` has the commands that only print, `request/` those
that ask the worker for something, `setup/` those that set up a site or a shell. Exit status: 0 done, 1 something asked
for did not succeed, 2 wrong use or settings.
"""
