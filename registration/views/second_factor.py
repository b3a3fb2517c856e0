import uuid

from django.core.exceptions import ValidationError
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from accounts.limits.services import Spent
from accounts.moments import told_end
from accounts.people.models import User
from accounts.signin.guards import VisitRequest, acting_user, recent_password_required, settles
from accounts.signin.services import pass_second_factor, settle
from registration import factors, methods, services
from registration import second_factor as rules
from registration.answer_forms import AnswerForm
from registration.models import Challenge, Factor
from registration.views import steps

_ASKED = "second_factor_asked"  # which challenge the session was shown


@require_http_methods(["GET", "HEAD", "POST"])
@settles("second_factor")
@recent_password_required
def ask(request: VisitRequest) -> HttpResponse:
    """Ask for the second factor, or let it be set up where there never was one."""
    user = acting_user(request)
    if not user.roles:
        return redirect("registration:overview")
    held = services.second_factors(user)
    if not held:
        return _set_up(request, user)
    working = [factor for factor in held if not factor.disabled_at]
    if not working:
        return render(request, "registration/second_factor_disabled.html", status=403)
    factor = _chosen(request, user, services.asked_apart(working))
    challenge = _question(request, factor)
    method = methods.get(factor.method)
    form = method.form(challenge, request.POST if request.method == "POST" else None)
    status = 200
    if form.is_valid():
        status = _judge(request, challenge, factor, form)
        if form.is_valid():
            pass_second_factor(request.session)
            return redirect(settle(request))
    others = [(f, methods.get(f.method)) for f in services.asked_apart(working) if f != factor]
    context = {"form": form, "factor": factor, "method": method, "others": others}
    return render(request, "registration/second_factor.html", context, status=status)


@require_http_methods(["GET", "HEAD", "POST"])
@settles("second_factor")
@recent_password_required
def confirm(request: VisitRequest, pk: uuid.UUID) -> HttpResponse:
    """Ask for the first code of the app that was just set up; it is the second factor, too.

    Only while there is none: what was begun before the owner's own was confirmed opens nothing.
    """
    challenge, factor = steps.begun(request, pk)
    is_second = methods.get(challenge.method).second_factor
    if not is_second or services.second_factors(acting_user(request)):
        return redirect("registration:second_factor")
    form, answer = steps.tried(request, challenge)
    if answer and answer.passed:
        pass_second_factor(request.session)
        return redirect(settle(request))
    return steps.code_page(
        request,
        challenge,
        factor,
        form,
        answer,
        picture_url=reverse("registration:second_factor_picture", args=[pk]),
        start_url=reverse("registration:second_factor"),
        back_url=reverse("registration:second_factor"),
        back_text=_("Set up your second check"),
    )


@require_safe
@settles("second_factor")
def picture(request: VisitRequest, pk: uuid.UUID) -> HttpResponse:
    return steps.picture(request, pk)


def _set_up(request: VisitRequest, user: User) -> HttpResponse:
    """Let a first second check be chosen and begun; the first is meant when none was chosen."""
    offered = [each for each in methods.all_methods().values() if each.second_factor]
    chosen = request.POST.get("method", "")
    method = next((each for each in offered if not chosen or each.slug == chosen), None)
    if method is None:
        raise Http404
    refusal = ""
    if request.method == "POST":
        try:
            challenge = factors.add(
                user, method.slug, {}, holder=steps.holder_of(request), client=request.client
            )
        except ValidationError as error:
            refusal = error.messages[0]
        else:
            if challenge is None:
                return redirect("registration:second_factor")
            return redirect("registration:second_factor_confirm", challenge.pk)
    context = {"offered": offered, "chosen": method, "refusal": refusal}
    return render(request, "registration/second_factor_set_up.html", context)


def _question(request: VisitRequest, factor: Factor) -> Challenge:
    """What this session is asked; the same when the page is shown again."""
    holder, asked = steps.holder_of(request), request.session.get(_ASKED, "")
    challenge = rules.question(factor, asked, holder=holder, client=request.client)
    if str(challenge.pk) != asked:
        request.session[_ASKED] = str(challenge.pk)
    return challenge


def _chosen(request: VisitRequest, user: User, working: list[Factor]) -> Factor:
    """What is asked for: the one picked, else the first."""
    wanted = request.GET.get("use", "")
    factor = next((each for each in working if str(each.pk) == wanted), working[0])
    factor.user, factor.directory = user, user.directory
    return factor


def _judge(request: VisitRequest, challenge: Challenge, factor: Factor, form: AnswerForm) -> int:
    """Put what is wrong with an answer into its form; returns the status of the page."""
    holder = steps.holder_of(request)
    result = rules.prove(challenge, factor, form.answer, holder=holder, client=request.client)
    if isinstance(result, Spent):
        until = told_end(result.until, factor.directory.time_zone) if result.until else ""
        text = _("Too many wrong tries. This check is paused until %(until)s.") % {"until": until}
        form.add_error(form.asked, ValidationError(text, code="paused"))
        return 429
    if not result.passed:
        text = str(methods.get(factor.method).wrong)
        form.add_error(form.asked, ValidationError(text, code=str(result.verdict)))
    return 200
