"""How each vendor's devices are asked for a window of their own recording."""
