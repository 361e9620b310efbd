"""The bounds within which media files are opened, whoever opens them."""

from collections.abc import Mapping
from types import MappingProxyType

MOST_PIXELS = 8192 * 4320
"""The largest picture, 8K: beyond any camera's."""

OPEN_OPTIONS: Mapping[str, str] = MappingProxyType({"max_pixels": str(MOST_PIXELS)})
"""For `av.open`, also where nothing is decoded: libav decodes a picture by itself to learn of the stream."""
