"""Pictures that phones read."""

import io

import segno
from django.http import HttpResponse


def qr(text: str) -> HttpResponse:
    """A QR code as SVG. What it says may be secret: the view sees to it that no cache keeps it."""
    drawn = segno.make(text, error="m", micro=False)
    svg = io.BytesIO()
    drawn.save(svg, kind="svg", scale=4, border=2, light="#fff")
    return HttpResponse(svg.getvalue(), content_type="image/svg+xml")
