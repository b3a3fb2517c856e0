"""Security questions: some of those a person has answered, all to be answered right."""

import hashlib
import json
import secrets
from collections.abc import Mapping, Sequence
from itertools import combinations
from typing import Any

from django import forms
from django.contrib.auth.hashers import make_password
from django.core.exceptions import ValidationError
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from accounts.crypto import keyed_hash
from accounts.people.models import User
from accounts.policy.models import Policy
from accounts.policy.questions import PREDEFINED
from accounts.policy.services import for_user
from registration.answer_forms import AnswerForm, QuestionsForm, answer_field
from registration.methods.base import Draft, Method, Piece
from registration.models import Challenge, Factor
from registration.pieces import fits, pieces_of
from registration.security_answers import normal, refusal

REGISTERED, ASKED = 5, 3  # where no policy says otherwise

Question = list[str]  # its name, and its text where that is the policy's own; JSON


class SecurityQuestions(Method):
    slug = "security_questions"
    name = _("Security questions")
    label = _("Answer my security questions")
    hint = _("Answers only you know, to questions you choose")
    icon = "question"
    most = 1
    renew = _("Answer anew")
    confirmed_by_answer = False
    wrong = _("One or more answers are not right. Here are other questions.")
    heading = _("Answer your questions")
    question = "questions/answers.html"

    def put(self, factor: Factor | None, policy: Policy | None, seed: str) -> dict[str, Any]:
        """Which were registered, and a draw of them. Nobody has registered some of the policy's,
        the same ones every day."""
        directory = factor.directory_id if factor else policy.directory_id if policy else 0
        own = [[piece.name, piece.text] for piece in pieces_of(factor, directory)]
        pool = own if factor else _nobodys(policy, seed)
        return _drawn(pool, policy.questions_to_reset if policy else ASKED, [])

    def put_again(self, challenge: Challenge) -> dict[str, Any]:
        pool, asked = challenge.facts["pool"], challenge.facts["asked"]
        return _drawn(pool, len(asked), asked)

    def form(self, challenge: Challenge, data: Any = None) -> AnswerForm:
        questions = [(name, text_of(name, text)) for name, text in challenge.facts["asked"]]
        return QuestionsForm(questions, data)

    def asked_again(self, challenge: Challenge, form: AnswerForm) -> AnswerForm:
        return self.form(challenge)

    def check(self, challenge: Challenge, answer: str) -> bool:
        """Every answer is compared, whatever became of the one before."""
        given = _read(answer)
        known = {piece.name: piece for piece in pieces_of(challenge.factor, challenge.directory_id)}
        names = [name for name, _text in challenge.facts["asked"]]
        right = [fits(normal(given.get(name, "")), known.get(name)) for name in names]
        return bool(right) and all(right)

    def fields(self, user: User) -> dict[str, forms.Field]:
        policy = for_user(user)
        choices = [("", _("Choose a question")), *_available(policy)]
        asked: dict[str, forms.Field] = {}
        for number in range(1, _to_register(policy) + 1):
            asked[f"question_{number}"] = forms.ChoiceField(
                label=_("Question %(number)d") % {"number": number}, choices=choices
            )
            asked[f"answer_{number}"] = answer_field(_("Answer %(number)d") % {"number": number})
        return asked

    def draft(self, user: User, values: Mapping[str, str]) -> Draft:
        if user.roles:
            raise ValidationError(gettext("Your role rules out security questions."), "role")
        policy = for_user(user)
        chosen, texts = _chosen(policy, values), dict(_available(policy))
        _check(user, chosen, texts)
        pieces = [
            Piece(name, make_password(normal(typed)), "" if name in PREDEFINED else texts[name])
            for name, typed in chosen
        ]
        return Draft(pieces=tuple(pieces))


def text_of(name: str, own: str) -> str:
    """What a question says, in the language of the page."""
    return own or str(PREDEFINED.get(name, name))


def _available(policy: Policy | None) -> list[tuple[str, str]]:
    """The policy's questions: their names and texts."""
    predefined = policy.predefined_questions if policy else list(PREDEFINED)[:REGISTERED]
    own = policy.custom_questions if policy else []
    named = [(name, str(PREDEFINED[name])) for name in predefined if name in PREDEFINED]
    return [*named, *((_name_of(text), text) for text in own)]


def _name_of(text: str) -> str:
    """The name of a question in the policy's own words: another wording is another question."""
    return f"own-{hashlib.sha256(text.encode()).hexdigest()[:16]}"


def _to_register(policy: Policy | None) -> int:
    return policy.questions_to_register if policy else REGISTERED


def _nobodys(policy: Policy | None, seed: str) -> list[Question]:
    """What nobody has registered: of the policy's questions, those the seed ranks first."""
    offered = [[name, "" if name in PREDEFINED else text] for name, text in _available(policy)]
    ranked = sorted(offered, key=lambda question: keyed_hash("question", seed, question[0]))
    return ranked[: _to_register(policy)]


def _drawn(pool: Sequence[Question], count: int, before: Sequence[Question]) -> dict[str, Any]:
    """A random draw from the pool, another than before where there is another."""
    names = {name for name, _text in before}
    draws = [list(draw) for draw in combinations(pool, min(count, len(pool)))]
    others = [draw for draw in draws if {name for name, _text in draw} != names]
    asked = secrets.choice(others or draws)
    secrets.SystemRandom().shuffle(asked)
    return {"pool": [list(question) for question in pool], "asked": asked}


def _read(answer: str) -> dict[str, str]:
    """The answers by the names of their questions; none for what no form has made."""
    try:
        given = json.loads(answer)
    except ValueError:
        return {}
    pairs = given.items() if isinstance(given, dict) else ()
    return {name: typed for name, typed in pairs if isinstance(typed, str)}


def _chosen(policy: Policy | None, values: Mapping[str, str]) -> list[tuple[str, str]]:
    return [
        (values[f"question_{number}"], values[f"answer_{number}"])
        for number in range(1, _to_register(policy) + 1)
    ]


def _check(user: User, chosen: Sequence[tuple[str, str]], texts: Mapping[str, str]) -> None:
    """Raise ValidationError with whatever is wrong with questions and answers, by field."""
    errors: dict[str, ValidationError] = {}
    questions, answers = set[str](), set[str]()
    for number, (name, typed) in enumerate(chosen, start=1):
        answer = normal(typed)
        if name in questions or name not in texts:
            text = gettext("Choose each question once.")
            errors[f"question_{number}"] = ValidationError(text, "question_twice")
        problem = refusal(answer, texts.get(name, ""), user)
        if problem is None and answer in answers:
            problem = ValidationError(gettext("Give each answer once."), "answer_twice")
        if problem:
            errors[f"answer_{number}"] = problem
        questions.add(name)
        answers.add(answer)
    if errors:
        raise ValidationError(errors)
