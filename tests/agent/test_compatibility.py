"""The page about directory servers and the tests tell the same."""

from tests.agent import compatibility


def test_the_page_has_the_behaviours_that_tests_have():
    told = {*compatibility.told()} - {"Behaviour"}
    assert told == {*compatibility.declared()}, "stale: run script/compatibility"


def test_there_are_many_and_each_was_asked():
    assert len(compatibility.declared()) >= 80
    unasked = [
        title
        for title, cells in compatibility.told().items()
        if {*cells.values()} == {compatibility.NOT_ASKED}
    ]
    assert not unasked
