"""Somebody and nobody: a stranger who knows a name must not learn whether it is one."""

import re

from sspr.drill.places import begin, choices, choose, like, to_the_choice
from sspr.drill.stranger import Answer, Stranger, Target, Unjudged

STRANGERS = 6  # names that belong to nobody, each beside the known one
_OF_THE_REQUEST = [
    re.compile(r'(name="csrfmiddlewaretoken" value=")[^"]+'),
    re.compile(r'(name="(?:ticket|effort)" value=")[^"]*'),
    re.compile(r'(data-wait=")\d+'),
    re.compile(r"(Possible in )\d+ seconds?"),
]
_HINT = re.compile(r"<bdi\b[^>]*>.*?</bdi>", re.DOTALL)
_CHOICES = re.compile(r'(<label class="choice".*</label>)', re.DOTALL)
_OF_EVERY_ANSWER = {"date", "x-request-id", "set-cookie", "content-length", "retry-after"}

Print = tuple[int, str, str, str]


def enumeration(target: Target) -> list[str]:
    """Is there an answer that only the known name gets?"""
    if not target.name:
        raise Unjudged("needs --name: the user ID of a test account of your own")
    known = _walk(target, target.name)
    others = [_walk(target, like(target.name)) for _ in range(STRANGERS)]
    found = []
    for step in known:
        seen = {other[step] for other in others if step in other}
        if not seen:
            continue
        if known[step] not in seen:
            found.append(f"at the step '{step}' {_difference(known[step], next(iter(seen)))}")
    return found


def _walk(target: Target, name: str) -> dict[str, Print]:
    """What a stranger sees on the way, with what may differ from browser to browser taken out."""
    first = Stranger(target)
    seen = {"name": _print(begin(first, name), name)}
    again = Stranger(target)
    page = to_the_choice(again, name)
    seen["choice"] = _print(page, name)
    for number in choices(page)[:1]:
        asked = choose(again, page, number)
        kind = re.sub(r"\W+", " ", _label(page, number))
        seen[f"question: {kind}"] = _print(asked, name)
        fields = {"csrfmiddlewaretoken": asked.token, "code": "000000"}
        answer = again.post(asked.path, fields)
        seen[f"wrong answer: {kind}"] = _print(answer, name)
    return seen


def _label(page: Answer, number: str) -> str:
    found = re.search(
        rf'name="check"[^>]*value="{number}"[^>]*>\s*<span>\s*<b>(.*?)</b>', page.text
    )
    return found[1] if found else number


def _print(answer: Answer, name: str) -> Print:
    text = answer.text.replace(name, "NAME")
    for part in _OF_THE_REQUEST:
        text = part.sub(r"\1", text)
    text = _CHOICES.sub("CHOICES", _HINT.sub("HINT", text))
    named = {key.lower() for key, _value in answer.headers} - _OF_EVERY_ANSWER
    return answer.status, answer.leads_to, " ".join(sorted(named)), text


def _difference(known: Print, other: Print) -> str:
    for what, ours, theirs in zip(("status", "place", "headers"), known, other, strict=False):
        if ours != theirs:
            return f"the {what} differs: {ours} for somebody, {theirs} for nobody"
    return f"the page differs: {len(known[3])} characters for somebody, {len(other[3])} for nobody"
