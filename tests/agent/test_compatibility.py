"""The page about directory servers and the tests tell the same."""

from tests.agent import compatibility


def test_the_page_is_made_of_what_the_tests_saw():
    """Its cells are compared one by one, where each of them is seen."""
    assert compatibility.PAGE.read_text("utf-8") == compatibility.page(compatibility.known()), (
        "docs/compatibility.md is stale: run script/compatibility"
    )


def test_there_are_many_and_each_was_asked():
    assert len(compatibility.declared()) >= 80
    unasked = [
        title
        for title in compatibility.declared()
        if {*compatibility.told()[title].values()} == {compatibility.NOT_ASKED}
    ]
    assert not unasked
