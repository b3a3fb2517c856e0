from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, QueryDict
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters, sensitive_variables
from django.views.decorators.http import require_http_methods, require_POST

from accounts import prefill
from accounts.moments import told_end
from accounts.signin import keys, services
from accounts.signin.arriving import let_in, target_of
from accounts.signin.forms import PasswordAgainForm, SignInForm
from accounts.signin.guards import VisitRequest, acting_user, public
from accounts.signin.services import Outcome, Result

_STATUS = {
    Outcome.LOCKED: 429,
    Outcome.LOCKED_THERE: 429,
    Outcome.NETWORK_BLOCKED: 429,
    Outcome.AWAY: 503,
    Outcome.NOT_SET_UP: 503,
}
_AWAY_SECONDS = 30


@require_http_methods(["GET", "HEAD", "POST"])
@sensitive_post_parameters("password")
@sensitive_variables("form")
@public
def sign_in(request: VisitRequest) -> HttpResponse:
    if request.user.is_authenticated:
        return HttpResponseRedirect(target_of(request))
    if request.interrupted_user and request.method != "POST":
        return HttpResponseRedirect(services.settle(request))
    request.directory = prefill.directory(request) or request.directory
    form = SignInForm(_posted(request), prefill.kept(request).get("username", ""))
    result = None
    if form.is_valid():
        answers = form.cleaned_data
        result = services.sign_in(answers["username"], answers["password"], request.client)
        if result.user:
            return HttpResponseRedirect(
                let_in(request, result.user, known_browser=result.known_browser)
            )
        form.add_error(None, _words(result))
    context = {"form": form, "ended": _why_ended(request)}
    return _answer(request, "signin/sign_in.html", context, result)


@require_http_methods(["GET", "HEAD", "POST"])
@sensitive_post_parameters("password")
@sensitive_variables("form")
@never_cache
def again(request: VisitRequest) -> HttpResponse:
    """Ask somebody who is signed in for the password, before something sensitive."""
    user = acting_user(request)
    form = PasswordAgainForm(_posted(request))
    result = None
    if form.is_valid():
        result = services.confirm_password(user, form.cleaned_data["password"], request.client)
        if result.user:
            request.session.cycle_key()
            request.session[keys.PASSWORD_AT] = int(timezone.now().timestamp())
            return HttpResponseRedirect(target_of(request))
        form.add_error(None, _words(result))
    return _answer(request, "signin/again.html", {"form": form, "person": user}, result)


@require_POST
@public
def sign_out(request: VisitRequest) -> HttpResponse:
    user = request.user if request.user.is_authenticated else request.interrupted_user
    services.sign_out(request.session, user, request.client)
    messages.success(request, _("You are signed out."))
    response = redirect("portal")
    response["Clear-Site-Data"] = '"cache", "storage"'
    return response


def _posted(request: HttpRequest) -> QueryDict | None:
    """What was sent; an empty form was sent, too."""
    return request.POST if request.method == "POST" else None


def _words(result: Result) -> str:
    """What to do next, alike whoever it is."""
    until = told_end(result.until, result.time_zone) if result.until else ""
    texts = {
        Outcome.REFUSED: _(
            "This user ID and password do not go together. Check both, or choose "
            "“I forgot my password”."
        ),
        Outcome.LOCKED: _(
            "Too many wrong passwords were tried for this user ID. Signing in is paused until "
            "%(until)s. If you forgot the password, you can choose a new one now."
        ),
        Outcome.LOCKED_THERE: _(
            "Your directory takes no password of this account just now, because too many wrong "
            "ones were tried. Try again later, or choose “I forgot my password” to get back in now."
        ),
        Outcome.NETWORK_BLOCKED: _(
            "Too many sign-ins were tried from your network. Signing in from here is paused "
            "until %(until)s. A phone on its own network works now."
        ),
        Outcome.AWAY: _(
            "We could not ask your directory just now, so your password was not checked. "
            "Nothing is lost. Try again in half a minute."
        ),
        Outcome.NOT_SET_UP: _("Nobody can sign in yet: this portal has no directory."),
    }
    return texts[result.outcome] % {"until": until}


def _why_ended(request: HttpRequest) -> str:
    texts = {
        "idle": _("You were signed out because you did nothing for a while."),
        "age": _("You were signed out because you had been signed in for a long time."),
        "unsettled": _("You were not signed in: what was still to do took too long."),
        "account": _("You were signed out because your password or your account changed."),
    }
    return texts.get(request.session.get(keys.ENDED, ""), "")


def _answer(
    request: HttpRequest, template: str, context: dict[str, Any], result: Result | None
) -> HttpResponse:
    status = _STATUS.get(result.outcome, 200) if result else 200
    response = render(request, template, context, status=status)
    if result and result.until:
        seconds = int((result.until - timezone.now()).total_seconds()) + 1
        response["Retry-After"] = str(max(1, seconds))
    elif status == 503:
        response["Retry-After"] = str(_AWAY_SECONDS)
    return response
