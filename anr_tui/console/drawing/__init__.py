"""From text to cells of the terminal: sanitizing, spans and tones, formats, glyphs, themes."""
