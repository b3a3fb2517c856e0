"""``script/messages``: see there, and docs/translating.md."""

import argparse
import json
import sys
from pathlib import Path

from sspr.languages import compiled, work
from sspr.languages.spoken import COMPLETE, LANGUAGES


def main() -> int:
    options = _arguments()
    if options.compile:
        compiled.compile_newer(work.LOCALE)
        return 0
    if options.todo:
        return todo(options.todo, options.count)
    if options.fill:
        return fill(*options.fill)
    return check() if options.check else update()


def update() -> int:
    """Bring every file up to date, and say how the languages stand."""
    wanted = work.everything()
    for language in LANGUAGES:
        work.update(language, wanted, {})
        _say(f"{language}: {work.state(language, wanted)}")
    compiled.compile_newer(work.LOCALE)
    return 0


def check() -> int:
    """1 when a language that counts as complete is not."""
    wanted, fault = work.everything(), 0
    for language in LANGUAGES:
        state = work.state(language, wanted)
        _say(f"{language}: {state}{', complete' if language in COMPLETE else ''}")
        for key, found in state.wrong.items():
            _say(f"  {key.text!r}: {'; '.join(found)}")
        fault |= language in COMPLETE and not state.is_complete
    return int(fault)


def todo(language: str, count: int) -> int:
    """The next messages without a translation, one JSON object in a line."""
    waiting = work.state(language, work.everything())
    for told in list(work.handed_out([*waiting.missing, *waiting.fuzzy]))[:count]:
        _say(json.dumps(told, ensure_ascii=False))
    return 0


def fill(language: str, file: str) -> int:
    """Keep what may be shown; say what is wrong with the rest."""
    given = json.loads(Path(file).read_text("utf-8"))
    wanted = work.everything()
    good, bad = work.taken_back(language, wanted, given)
    work.update(language, wanted, good)
    compiled.compile_newer(work.LOCALE)
    for name, found in bad.items():
        _say(f"{name}: {'; '.join(found)}")
    _say(f"{len(good)} kept, {len(bad)} refused; {language}: {work.state(language, wanted)}")
    return int(bool(bad))


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="script/messages", description=__doc__)
    chosen = parser.add_mutually_exclusive_group()
    chosen.add_argument("--check", action="store_true", help="change nothing; 1 if incomplete")
    chosen.add_argument("--compile", action="store_true", help="compile what is newer")
    chosen.add_argument("--todo", choices=LANGUAGES, help="print what is missing")
    chosen.add_argument("--fill", nargs=2, metavar=("LANGUAGE", "FILE"), help="take a file back")
    parser.add_argument("--count", type=int, default=150, help="how many --todo prints")
    options = parser.parse_args()
    if options.fill and options.fill[0] not in LANGUAGES:
        parser.error(f"no such language: {options.fill[0]}")
    return options


def _say(text: str) -> None:
    sys.stdout.write(f"{text}\n")


if __name__ == "__main__":
    sys.exit(main())
