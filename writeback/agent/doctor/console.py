"""Reading findings aloud on a terminal, and the check beside an agent, without the portal."""

import sys
from collections.abc import Iterable, Iterator, Mapping
from contextlib import closing

from writeback.agent import starting
from writeback.agent.answers import Away, Finding, Health
from writeback.agent.doctor.examination import examine
from writeback.agent.doctor.findings import WORDS
from writeback.agent.doctor.wording import Words
from writeback.agent.settings import LdapSettings, WrongSettings

SIGNS = {Health.WELL: " ok ", Health.WARNING: "warn", Health.FAULT: "FAIL", Health.UNKNOWN: " ?? "}


def lines(findings: Iterable[tuple[Finding, Words]]) -> Iterator[str]:
    """Each finding, what mends it, and the lines to run."""
    for one, words in findings:
        yield f"[{SIGNS[one.health]}] {words.id} {filled(words.says, one)}"
        if words.remedy and not one.well:
            yield f"       -> {filled(words.remedy, one)}"
        yield from (f"          {mend}" for mend in one.mends)


def filled(text: str, one: Finding) -> str:
    """A sentence with its facts; without them where they do not fit, as from another version."""
    try:
        return text % one.facts
    except (KeyError, ValueError, TypeError):
        return text


def main(target: str, environment: Mapping[str, str]) -> int:
    """Checks what the agent's environment names; returns 1 when something is at fault."""
    try:
        brakes = starting.brakes(environment)
        with closing(starting.driver(LdapSettings.from_environment(environment))) as driver:
            findings = examine(driver, brakes, target)
    except WrongSettings as fault:
        sys.stderr.write(f"{fault}\n")
        return 2
    except Away:
        sys.stderr.write("The server cannot be asked. Try again.\n")
        return 1
    told = lines((one, WORDS[one.subject, one.cause]) for one in findings)
    sys.stdout.writelines(f"{line}\n" for line in told)
    return int(any(one.health is Health.FAULT for one in findings))
