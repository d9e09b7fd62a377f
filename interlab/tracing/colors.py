"""Stable colours from names: the same name has the same colour everywhere, in Python and in the browser.

The rule is small enough to be repeated in TypeScript: FNV-1a of the UTF-8 name picks one of 360 hues,
spread by the golden angle; saturation and lightness are fixed per use.
"""

from __future__ import annotations

import colorsys
import re
from typing import Any

# What a style may hold: a name, a hexadecimal colour, or a colour function of numbers. No url(), no second property.
_COLOR = re.compile(
    r"[a-zA-Z]{3,24}|#(?:[0-9a-fA-F]{3,4}|[0-9a-fA-F]{6}|[0-9a-fA-F]{8})"
    r"|(?:rgba?|hsla?|hwb|lab|lch|oklab|oklch)\([0-9a-z.,%/ +-]{1,60}\)"
)


def name_hue(name: str) -> int:
    """The hue of a name, in degrees.

    Args:
        name: any text.

    Returns:
        An integer from 0 to 359.
    """
    digest = 0x811C9DC5
    for byte in name.encode("utf-8", "surrogatepass"):
        digest = ((digest ^ byte) * 0x01000193) & 0xFFFFFFFF
    return int(digest * 137.50776405003785) % 360


def name_color(name: str, *, saturation: float = 0.6, lightness: float = 0.45) -> str:
    """The colour of a name, as ``#rrggbb``.

    Args:
        name: any text, usually an actor's name or a tag.
        saturation: 0 (grey) to 1.
        lightness: 0 (black) to 1 (white).

    Returns:
        A CSS colour.
    """
    red, green, blue = colorsys.hls_to_rgb(name_hue(name) / 360, lightness, saturation)
    return f"#{round(red * 255):02x}{round(green * 255):02x}{round(blue * 255):02x}"


def safe_color(color: Any) -> str:
    """A CSS colour that may be written into a style, or "" for anything that is not plainly one."""
    return color if isinstance(color, str) and _COLOR.fullmatch(color) else ""
