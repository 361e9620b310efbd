"""One piece of a fill: its footage is asked for, placed and landed."""
