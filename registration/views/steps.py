"""What the registration portal and the set-up at sign-in have in common."""

import uuid
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.utils import timezone

from accounts.crypto import lasting_hash
from accounts.moments import told
from accounts.signin.guards import VisitRequest, acting_user
from registration import challenges, factors, methods, pictures, words
from registration.answer_forms import AnswerForm
from registration.challenges import TRIES, Answer, Verdict
from registration.forms import confirm_form
from registration.models import Challenge, Factor, Purpose

OVER = {Verdict.CLOSED, Verdict.USED_UP}


def holder_of(request: VisitRequest) -> str:
    """What a challenge is bound to: this session, and whose it is."""
    session = request.session.session_key or ""
    return lasting_hash("holder", session, str(acting_user(request).pk)).hex()


def begun(request: VisitRequest, pk: uuid.UUID) -> tuple[Challenge, Factor]:
    """The factor this session is adding, by its challenge."""
    user = acting_user(request)
    challenge = challenges.held_by(holder_of(request), Purpose.REGISTER, user.directory, pk)
    if challenge is None or challenge.factor is None or challenge.factor.user_id != user.pk:
        raise Http404
    return challenge, challenge.factor


def is_adding(request: VisitRequest, pk: uuid.UUID) -> bool:
    """Is this the browser in which the factor of this challenge is being added?"""
    try:
        begun(request, pk)
    except (Http404, PermissionDenied):
        return False
    return True


def picture(request: VisitRequest, pk: uuid.UUID) -> HttpResponse:
    """The QR code of a factor that is being added; gone once it is. No cache keeps it."""
    challenge, factor = begun(request, pk)
    setup = methods.get(challenge.method).setup(factor)
    if setup is None or not setup.uri or factor.confirmed_at or challenge.closed_at:
        raise Http404
    return pictures.qr(setup.uri)


def codes_text(request: VisitRequest, pk: uuid.UUID) -> HttpResponse:
    """The codes of a factor that is being added, to be kept as a file; gone once it is."""
    challenge, factor = begun(request, pk)
    setup = methods.get(challenge.method).setup(factor)
    if setup is None or not setup.codes or factor.confirmed_at or challenge.closed_at:
        raise Http404
    context = {"codes": setup.codes, "user": factor.user, "made_at": factor.created_at}
    response = render(request, "registration/codes.txt", context, "text/plain; charset=utf-8")
    response["Content-Disposition"] = 'attachment; filename="recovery-codes.txt"'
    return response


def code_page(
    request: VisitRequest,
    challenge: Challenge,
    factor: Factor,
    form: AnswerForm,
    answer: Answer | None,
    **more: Any,
) -> HttpResponse:
    """Ask for the code, and show what the device needs to make one."""
    method = methods.get(challenge.method)
    wait = (challenge.next_send_at - timezone.now()).total_seconds()
    context = {
        "form": form,
        "over": is_over(answer, challenge),
        "challenge": challenge,
        "factor": factor,
        "method": method,
        "shown": method.shown(factor),
        "setup": method.setup(factor),
        "wait": int(wait) + 1 if wait > 0 else 0,
        "wait_until": told(challenge.next_send_at, challenge.directory.time_zone),
        **more,
    }
    return render(request, "registration/confirm.html", context)


def tried(request: VisitRequest, challenge: Challenge) -> tuple[AnswerForm, Answer | None]:
    """The question for the first code, and the judgement of what was typed; None while nothing
    was."""
    method = methods.get(challenge.method)
    form = confirm_form(method, challenge, request.POST if request.method == "POST" else None)
    if not form.is_valid():
        return form, None
    typed = form.cleaned_data
    answer = factors.confirm(
        challenge,
        form.answer,
        label=typed.get("name", ""),
        holder=holder_of(request),
        client=request.client,
    )
    if not answer.passed:
        refusal = words.refusal(answer, method)
        form.add_error(form.asked, ValidationError(refusal, code=str(answer.verdict)))
    return form, answer


def is_over(answer: Answer | None, challenge: Challenge) -> bool:
    """Is there nothing left to type, but to start again?"""
    if challenge.tries >= TRIES or challenge.closed_at or challenge.expires_at < timezone.now():
        return True
    if answer is None or answer.passed:
        return False
    return answer.verdict in OVER or (answer.verdict is Verdict.WRONG and not answer.tries_left)
