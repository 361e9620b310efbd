"""One gap in detail: pieces, evidence, pictures, its replay URL, what it would cost."""
