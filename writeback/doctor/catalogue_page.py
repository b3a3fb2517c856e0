"""docs/writeback-events.md, written from the catalogue itself, so that the two cannot differ."""

from collections.abc import Iterable

from writeback.agent.answers import Health
from writeback.agent.catalogue import Entry, everything
from writeback.doctor.words import STRANGE, WORDS

_INTRODUCTION = """\
# Events of writeback

What logs, the audit trail and `directory check` call what happens on the way of a password to a
directory server and back. Made from `writeback/agent/catalogue.py` and the doctor's sentences; a
test compares them.

An event of the audit trail has its id in the field `code`; a line of a log begins with it (the
agent's lines name the job, never whose it is). The first digit says who has to act. Where the way
is broken, go down this ladder: the directory's state in the configuration portal (*Directory
servers*), `directory check NAME`, `python -m writeback.agent check` beside the agent, the agent's
log, the log of the directory server.
"""
_FAMILIES = {
    "1": (
        "Operations",
        "One job: on its way, confirmed, not known yet, or never sent. A refusal has the id of its "
        "reason (WB-4…).",
    ),
    "2": ("Life of agents", "What administrators and the agents' own housekeeping did."),
    "3": (
        "The way between portal and agent",
        "Whoever runs the portal, the broker or the agent acts; the directory is not concerned.",
    ),
    "4": (
        "Answers of the directory, and of the agent in front of it",
        "Why a password was not written. The person hears it in words of their own.",
    ),
    "5": (
        "Findings of the doctor",
        "What `directory check` and the page *Directory servers* say. `%(…)s` is filled in.",
    ),
}
_SIGNS = {Health.WELL: "", Health.WARNING: "Warning: ", Health.FAULT: "", Health.UNKNOWN: ""}


def page() -> str:
    """The whole document."""
    parts = [_INTRODUCTION]
    entries = {one.id: one for one in everything()} | {one.id: one for one in _findings()}
    for digit, (title, about) in _FAMILIES.items():
        rows = [entries[key] for key in sorted(entries) if key[3] == digit]
        parts.append(f"## WB-{digit}… {title}\n\n{about}\n\n{_table(rows)}")
    return "\n".join(parts)


def _findings() -> Iterable[Entry]:
    for words in (*WORDS.values(), STRANGE):
        yield Entry(words.id, f"{_SIGNS[words.health]}{words.says}", words.remedy)


def _table(rows: Iterable[Entry]) -> str:
    lines = [f"| {one.id} | {_cell(one.means)} | {_cell(one.remedy)} |" for one in rows]
    return "\n".join(["| Id | Meaning | What to do |", "| --- | --- | --- |", *lines]) + "\n"


def _cell(text: str) -> str:
    return text.replace("|", "\\|")
