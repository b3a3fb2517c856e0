"""Logos: only the picture is kept, and only pictures are taken."""

import io

import pytest
from django.core.exceptions import ValidationError
from PIL import Image, PngImagePlugin

from accounts.branding import LARGEST_LOGO, clean_logo

SECRET = b"<script>alert(1)</script>"


def picture(kind="PNG", size=(40, 30), **options):
    kept = io.BytesIO()
    Image.new("RGB", size, "#0b5563").save(kept, kind, **options)
    return kept.getvalue()


def code_of(content):
    with pytest.raises(ValidationError) as refused:
        clean_logo(content)
    return refused.value.code


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "WEBP"])
def test_a_picture_becomes_a_png(kind):
    drawn = Image.open(io.BytesIO(clean_logo(picture(kind))))
    assert (drawn.format, drawn.size) == ("PNG", (40, 30))


def test_a_large_picture_is_made_small():
    drawn = Image.open(io.BytesIO(clean_logo(picture(size=(1000, 500)))))
    assert drawn.size == (256, 128)


def test_what_hangs_behind_the_picture_is_gone():
    assert SECRET not in clean_logo(picture() + SECRET)


def test_what_is_written_in_the_picture_is_gone():
    notes = PngImagePlugin.PngInfo()
    notes.add_text("Comment", SECRET.decode())
    dirty = picture(pnginfo=notes)
    assert SECRET in dirty
    assert SECRET not in clean_logo(dirty)


def test_where_a_photograph_was_taken_is_gone():
    exif = Image.Exif()
    exif[0x010E] = "from my kitchen"
    dirty = picture("JPEG", exif=exif)
    assert b"kitchen" in dirty
    assert not Image.open(io.BytesIO(clean_logo(dirty))).getexif()


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b'<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>',
        b"<!doctype html>" + SECRET,
        b"GIF89a/*" + SECRET,
        SECRET + picture(),
        picture()[:60],
        picture("GIF"),
        picture("BMP"),
    ],
    ids=["empty", "svg", "html", "gif-script", "script-png", "torn", "gif", "bmp"],
)
def test_what_is_no_plain_picture_is_refused(content):
    assert code_of(content) == "logo_not_a_picture"


def test_a_picture_of_too_many_pixels_is_refused():
    assert code_of(picture(size=(2001, 2000))) == "logo_too_many_pixels"


def test_a_picture_of_just_enough_pixels_is_taken():
    assert clean_logo(picture(size=(2000, 2000)))


def test_a_file_of_more_than_two_megabytes_is_refused():
    assert code_of(picture() + b"\0" * LARGEST_LOGO) == "logo_too_large"
