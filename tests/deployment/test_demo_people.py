"""In the demonstration every method can be tried, with numbers that the product takes."""

from pathlib import Path

import yaml
from django.conf import settings

from registration.telephony import numbers
from sspr.demo.people import PEOPLE
from sspr.management.commands import demo

FOLDER = Path(settings.BASE_DIR) / "sspr" / "demo"


def test_every_method_can_be_tried_with_one_check_or_beside_another():
    [directory] = yaml.safe_load((FOLDER / "directory.yaml").read_text())["directories"]
    workshop, everyone = directory["policies"]
    assert set(everyone["methods"]) == set(settings.VERIFICATION_METHODS)
    assert set(workshop["methods"]) == set(everyone["methods"]) - {"security_questions"}
    assert (workshop["methods_required"], everyone["methods_required"]) == (1, 2)


def test_its_numbers_are_numbers():
    for number in [*demo.PHONES.values(), *demo.DESKS.values()]:
        assert numbers.canonical(numbers.parse(number.replace(";ext=", " ext. "))) == number


def test_its_people_are_those_of_the_hint():
    rows = (FOLDER / "users.csv").read_text().splitlines()[1:]
    assert sorted(row.partition(",")[0] for row in rows) == sorted(name for name, _story in PEOPLE)
