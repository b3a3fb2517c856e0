"""The page that signs people in with a passkey. Without one, nobody learns who has one."""

from django.core.exceptions import ValidationError
from django.http import HttpResponse, HttpResponseRedirect
from django.middleware.csrf import get_token
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from accounts.moments import told_end
from accounts.signin.arriving import let_in, target_of
from accounts.signin.guards import VisitRequest, public
from registration.methods.passkey import PasskeyForm
from registration.passkeys import ceremonies
from registration.passkeys import sign_in as signing_in
from registration.passkeys.sign_in import Shown


@require_http_methods(["GET", "HEAD", "POST"])
@public
def sign_in(request: VisitRequest) -> HttpResponse:
    """Ask for a passkey, whosesoever, and let its owner in."""
    if request.user.is_authenticated:
        return HttpResponseRedirect(target_of(request))
    posted = request.POST if request.method == "POST" else None
    form = PasskeyForm(lambda: _options(request), posted)
    status = 200
    if form.is_valid():
        browser = _browser(request)
        shown = signing_in.sign_in(form.answer, browser=browser, client=request.client)
        if shown.user:
            target = let_in(
                request, shown.user, known_browser=shown.known_browser, second_factor=True
            )
            return HttpResponseRedirect(target)
        form.add_error(form.asked, _refusal(shown))
        status = 429 if shown.until else 200
    return render(request, "registration/passkey_sign_in.html", {"form": form}, status=status)


@require_safe
@public
def options(request: VisitRequest) -> HttpResponse:
    """What the sign-in page asks the browser for, fetched when somebody may want it."""
    return HttpResponse(_options(request), content_type="application/json")


def _options(request: VisitRequest) -> str:
    return ceremonies.options_to_use(signing_in.new_challenge(_browser(request)))


def _browser(request: VisitRequest) -> str:
    """A secret that this browser keeps in its cookie against forged forms."""
    get_token(request)
    return str(request.META["CSRF_COOKIE"])


def _refusal(shown: Shown) -> ValidationError:
    if shown.until:
        until = told_end(shown.until, "UTC")
        text = _(
            "Too many passkeys were tried from your network. Signing in from here is paused until "
            "%(until)s. A phone on its own network works now."
        )
        return ValidationError(text % {"until": until}, code="paused")
    return ValidationError(
        _(
            "We could not sign you in with that passkey. Try again with another one, or sign in "
            "with your password."
        ),
        code="refused",
    )
