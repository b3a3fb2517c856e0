"""Groups that contain each other, which directory servers allow and nothing here does."""

from collections import defaultdict

Link = tuple[int, int]  # a parent and a child, by their keys


def without_rings(there: set[Link], wanted: set[Link]) -> set[Link]:
    """Those of the wanted links that close no ring with those there and with each other."""
    below: dict[int, set[int]] = defaultdict(set)
    for parent, child in there:
        below[parent].add(child)
    taken = set()
    for parent, child in sorted(wanted):
        if not _reaches(below, child, parent):
            below[parent].add(child)
            taken.add((parent, child))
    return taken


def _reaches(below: dict[int, set[int]], start: int, end: int) -> bool:
    waiting, met = [start], {start}
    while waiting:
        one = waiting.pop()
        if one == end:
            return True
        fresh = below[one] - met
        met |= fresh
        waiting.extend(fresh)
    return False
