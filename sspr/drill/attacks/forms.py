"""Only a form of this server, in the browser it was shown in, does anything."""

from sspr.drill.places import EVIL, SIGN_IN, START, nobody
from sspr.drill.stranger import Answer, Stranger, Target, Unjudged

_FORMS = {START: {"username": "x"}, SIGN_IN: {"username": "x", "password": "x"}}
REFUSED = {400, 403}


def foreign_forms(target: Target) -> list[str]:
    """Is a form taken that has no token, a made-up one, or that comes from another site?"""
    found = []
    for path, fields in _FORMS.items():
        stranger = Stranger(target)
        token = _token(stranger, path)
        made_up = {**fields, "csrfmiddlewaretoken": token[::-1]}
        tries = {
            "without a token": stranger.post(path, fields),
            "with a token made up": stranger.post(path, made_up),
            "from another site": stranger.post_from(
                f"https://{EVIL}", path, {**fields, "csrfmiddlewaretoken": token}
            ),
            "from an unknown place": stranger.post_from(
                "null", path, {**fields, "csrfmiddlewaretoken": token}
            ),
        }
        found += [f"{path} takes a form {how}" for how, answer in tries.items() if _taken(answer)]
    return found


def moved_cookies(target: Target) -> list[str]:
    """Is a token taken in a browser that it was not made for?"""
    token = _token(Stranger(target), START)
    another = Stranger(target)
    _token(another, START)
    answer = another.post(START, {"username": nobody(), "csrfmiddlewaretoken": token})
    return [f"{START} takes the token of another browser"] if _taken(answer) else []


def _token(stranger: Stranger, path: str) -> str:
    token = stranger.get(path).token
    if not token:
        raise Unjudged(f"no form with a token on {path}")
    return token


def _taken(answer: Answer) -> bool:
    return answer.status not in REFUSED
