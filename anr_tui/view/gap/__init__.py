"""One gap in detail: its pieces, evidence, pictures, replay URL, and the estimated cost of filling it."""
