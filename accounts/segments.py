"""How many parts a text message takes: GSM-7 where every character fits, else UCS-2.

Sizes and alphabet: 3GPP TS 23.038, sections 6.2.1 (GSM 7 bit default alphabet), 6.2.1.1 (its
extension table) and 6.2.3 (UCS2). A message of several parts loses room in each to the header
that joins them (3GPP TS 23.040, 9.2.3.24).
"""

import unicodedata

_BASIC = frozenset(
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?"
    "¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà"
)
_EXTENSION = frozenset("\f^{}\\[~]|€")  # two places each: an escape comes first
_GSM = (160, 153)  # septets: alone, and in each of several parts
_UCS2 = (70, 67)  # UTF-16 code units
_TYPOGRAPHY = str.maketrans(
    {"‘": "'", "’": "'", "“": '"', "”": '"', "–": "-", "—": "-", "…": "...", "\u00a0": " "}
)


def is_gsm(text: str) -> bool:
    """Can every character be sent in the GSM alphabet?"""
    return all(char in _BASIC or char in _EXTENSION for char in text)


def size(text: str) -> int:
    """Septets in the GSM alphabet, else UTF-16 code units."""
    if is_gsm(text):
        return len(text) + sum(char in _EXTENSION for char in text)
    return len(text.encode("utf-16-be", "surrogatepass")) // 2


def segments(text: str) -> int:
    """How many parts the network carries, and charges."""
    alone, joined = _GSM if is_gsm(text) else _UCS2
    return 1 if size(text) <= alone else -(-size(text) // joined)


def room_left(text: str) -> int:
    """Septets or code units until one part is full; negative when it is more than full."""
    return (_GSM if is_gsm(text) else _UCS2)[0] - size(text)


def plain(text: str) -> str:
    """The text in the GSM alphabet where only typographic signs and accents stood in the way.

    One ``š`` would more than halve what fits into a part; other scripts stay as they are.
    """
    simple = text.translate(_TYPOGRAPHY)
    simple = "".join(char if char in _BASIC else _unaccented(char) for char in simple)
    return simple if is_gsm(simple) else text


def _unaccented(char: str) -> str:
    decomposed = unicodedata.normalize("NFKD", char)
    return "".join(part for part in decomposed if not unicodedata.combining(part)) or char
