"""An organisation's colour and logo, made fit to show.

Any colour may be chosen: what is shown keeps its hue and moves in OKLCH lightness until text on
it and in it can be read (WCAG 2.2, 4.5:1), apart for light and for dark pages.
"""

import io
import math
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from PIL import Image, ImageOps

Linear = tuple[float, float, float]

READABLE = 4.5
VISIBLE = 3.0
STANDARD = "#0b5563"  # what app.css itself wears, with a dark twin chosen by hand
WHITE = "#ffffff"
DARK_INK = "#06181c"
LIGHT_GROUNDS = ("#f1f5f5", "#ffffff", "#f5f8f8")  # ground, surface, sunken of static/css/app.css
DARK_GROUNDS = ("#0b1213", "#131c1e", "#192426")
SOFT_SHARE = 0.09  # of the ink in the tinted ground that app.css mixes

_STEP = 0.005

LARGEST_LOGO = 2 * 1024 * 1024
MOST_PIXELS = 4_000_000
LOGO_FORMATS = ("PNG", "JPEG", "WEBP")
_LOGO_BOX = (800, 128)  # four times what the page shows
_NO_PICTURE = (OSError, SyntaxError, ValueError, Image.DecompressionBombError)  # Pillow's ways


@dataclass(frozen=True)
class Brand:
    """The three colours of one theme: a fill, the text on it, and the hue as text."""

    fill: str
    on_fill: str
    ink: str


def light(primary_color: str) -> Brand:
    """The colours for light pages."""
    fill, on_fill = _readable_fill(primary_color)
    return Brand(fill, on_fill, _readable_ink(primary_color, LIGHT_GROUNDS, darker=True))


def dark(primary_color: str) -> Brand:
    """The colours for dark pages; the fill stays visible on the card."""
    fill, on_fill = _readable_fill(_visible(primary_color, DARK_GROUNDS[1]))
    return Brand(fill, on_fill, _readable_ink(primary_color, DARK_GROUNDS, darker=False))


@lru_cache(maxsize=256)
def stylesheet(primary_color: str) -> str:
    """A directory's own sheet; it has no layer, so it wins over app.css."""
    if primary_color.lower() == STANDARD:
        return ""
    by_day = f":root {{ {_declarations(light(primary_color))} }}"
    by_night = f":root {{ {_declarations(dark(primary_color))} }}"
    return f"{by_day}\n@media (prefers-color-scheme: dark) {{ {by_night} }}\n"


def contrast(one: str, other: str) -> float:
    """The WCAG contrast ratio of two colours, from 1 to 21."""
    lighter, darker = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def clean_logo(content: bytes) -> bytes:
    """The picture alone, as PNG: redrawn, so that nothing else in the file survives."""
    if len(content) > LARGEST_LOGO:
        raise ValidationError(_("The logo must be 2 MB or smaller."), code="logo_too_large")
    try:
        return _redrawn(content)
    except _NO_PICTURE as error:
        raise ValidationError(
            _("The logo must be a PNG, JPEG or WebP picture."), code="logo_not_a_picture"
        ) from error


def _redrawn(content: bytes) -> bytes:
    with Image.open(io.BytesIO(content), formats=LOGO_FORMATS) as picture:
        if picture.width * picture.height > MOST_PIXELS:
            raise ValidationError(
                _("The logo must have 4 million pixels or fewer."), code="logo_too_many_pixels"
            )
        drawn = ImageOps.exif_transpose(picture).convert("RGBA")
    drawn.thumbnail(_LOGO_BOX)
    clean = Image.new("RGBA", drawn.size)
    clean.paste(drawn)
    kept = io.BytesIO()
    clean.save(kept, "PNG", optimize=True)
    return kept.getvalue()


def _declarations(brand: Brand) -> str:
    return f"--brand: {brand.fill}; --on-brand: {brand.on_fill}; --brand-ink: {brand.ink};"


def _readable_fill(color: str) -> tuple[str, str]:
    """The fill, moved away from its text as far as needed, and that text."""
    text = max((WHITE, DARK_INK), key=lambda ink: contrast(ink, color))
    step = -_STEP if text == WHITE else _STEP
    return _moved_until(color, step, lambda fill: contrast(text, fill) >= READABLE), text


def _readable_ink(color: str, grounds: tuple[str, ...], *, darker: bool) -> str:
    """Readable on every ground, and on the tint that app.css mixes of it for the card."""
    surface = grounds[1]

    def readable(ink: str) -> bool:
        return all(contrast(ink, ground) >= READABLE for ground in (*grounds, mixed(ink, surface)))

    return _moved_until(color, -_STEP if darker else _STEP, readable)


def _visible(color: str, ground: str) -> str:
    return _moved_until(color, _STEP, lambda fill: contrast(fill, ground) >= VISIBLE)


def _moved_until(color: str, step: float, enough: Callable[[str], bool]) -> str:
    """Lighter or darker in OKLCH: hue kept, chroma less only to stay within sRGB."""
    lightness, chroma, hue = _oklch(color)
    while not enough(color) and 0 < lightness + step < 1:
        lightness += step
        color = _hex(_linear_of(lightness, _fitting(lightness, chroma, hue), hue))
    return color


def mixed(ink: str, surface: str, share: float = SOFT_SHARE) -> str:
    """What color-mix(in oklab, ink 9%, surface) gives."""
    one, other = _oklab(ink), _oklab(surface)
    lightness, a, b = (x * share + y * (1 - share) for x, y in zip(one, other, strict=True))
    return _hex(_linear_of(lightness, math.hypot(a, b), math.atan2(b, a)))


def _fitting(lightness: float, chroma: float, hue: float) -> float:
    """The chroma, or the most that sRGB can show at this lightness."""
    if _displayable(_linear_of(lightness, chroma, hue)):
        return chroma
    least, most = 0.0, chroma
    for _halving in range(12):
        middle = (least + most) / 2
        if _displayable(_linear_of(lightness, middle, hue)):
            least = middle
        else:
            most = middle
    return least


def _displayable(linear: Linear) -> bool:
    return all(-1e-6 <= part <= 1 + 1e-6 for part in linear)


def _luminance(color: str) -> float:
    red, green, blue = _linear(color)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def _linear(color: str) -> Linear:
    red, green, blue = (int(color[at : at + 2], 16) / 255 for at in (1, 3, 5))
    return _expanded(red), _expanded(green), _expanded(blue)


def _expanded(part: float) -> float:
    return float(part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4)


def _compressed(part: float) -> float:
    return float(part * 12.92 if part <= 0.0031308 else 1.055 * part ** (1 / 2.4) - 0.055)


def _hex(linear: Linear) -> str:
    parts = (round(_compressed(min(1.0, max(0.0, part))) * 255) for part in linear)
    return "#" + "".join(f"{part:02x}" for part in parts)


def _oklch(color: str) -> tuple[float, float, float]:
    lightness, a, b = _oklab(color)
    return lightness, math.hypot(a, b), math.atan2(b, a)


def _oklab(color: str) -> tuple[float, float, float]:
    """https://bottosson.github.io/posts/oklab/"""
    red, green, blue = _linear(color)
    long = math.cbrt(0.4122214708 * red + 0.5363325363 * green + 0.0514459929 * blue)
    medium = math.cbrt(0.2119034982 * red + 0.6806995451 * green + 0.1073969566 * blue)
    short = math.cbrt(0.0883024619 * red + 0.2817188376 * green + 0.6299787005 * blue)
    return (
        0.2104542553 * long + 0.7936177850 * medium - 0.0040720468 * short,
        1.9779984951 * long - 2.4285922050 * medium + 0.4505937099 * short,
        0.0259040371 * long + 0.7827717662 * medium - 0.8086757660 * short,
    )


def _linear_of(lightness: float, chroma: float, hue: float) -> Linear:
    a, b = chroma * math.cos(hue), chroma * math.sin(hue)
    long = (lightness + 0.3963377774 * a + 0.2158037573 * b) ** 3
    medium = (lightness - 0.1055613458 * a - 0.0638541728 * b) ** 3
    short = (lightness - 0.0894841775 * a - 1.2914855480 * b) ** 3
    return (
        4.0767416621 * long - 3.3077115913 * medium + 0.2309699292 * short,
        -1.2684380046 * long + 2.6097574011 * medium - 0.3413193965 * short,
        -0.0041960863 * long - 0.7034186147 * medium + 1.7076147010 * short,
    )
