"""Every command: parses, calls, prints; no logic of its own."""


def main() -> int:
    """Run the command line; returns the exit status."""
    return 0
