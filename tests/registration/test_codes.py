"""Sent codes cannot be predicted."""

from collections import Counter

from registration import codes

DRAWS = 200_000
BOUND = 80.0  # of chi-squared with nine degrees of freedom: one in a million million


def test_every_code_is_as_likely():
    """S-C06: each digit at each place as often as any other, noughts in front included."""
    drawn = [codes.new() for _draw in range(DRAWS)]
    assert {len(code) for code in drawn} == {codes.LENGTH}
    for place in range(codes.LENGTH):
        found = Counter(code[place] for code in drawn)
        expected = DRAWS / 10
        spread = sum((found[digit] - expected) ** 2 / expected for digit in "0123456789")
        assert spread < BOUND, place
    assert len(set(drawn)) > DRAWS * 0.9  # of a million; few come twice
