"""How text becomes cells: sanitizing, spans and tones, formats, glyphs, themes."""
