import hashlib
import secrets
from typing import Any, ClassVar
from urllib.parse import urlsplit

from django.conf import settings
from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponseRedirect
from django.utils.decorators import method_decorator
from django.utils.translation import gettext_lazy as _

from accounts.admin.base import ReadOnlyAdmin, ScopedForm, act_of
from accounts.admin.made_once import MadeOnce
from accounts.people.roles import Capability
from accounts.signin.guards import recent_password_required
from writeback.agent.broker import Names, acl_of_agent
from writeback.channel import agents, enrolment
from writeback.doctor.admin import DiagnosisAdmin
from writeback.models import Agent, Write
from writeback.synchronisation.admin import QuarantineAdmin, SynchronisationRunAdmin

__all__ = [
    "AgentAdmin",
    "DiagnosisAdmin",
    "QuarantineAdmin",
    "SynchronisationRunAdmin",
    "WriteAdmin",
]


@admin.register(Write)
class WriteAdmin(ReadOnlyAdmin):
    """What became of every password write and unlock."""

    capability = Capability.REPORTS
    list_display = ("created_at", "user", "operation", "evidence", "outcome", "reason")
    list_display_links = None
    list_filter = ("operation", "outcome", "evidence")
    list_select_related = ("user",)
    search_fields = ("user__upn_key__startswith",)
    ordering = ("-created_at",)


class AgentForm(ScopedForm):
    class Meta:
        model = Agent
        fields: ClassVar = ["name"]
        help_texts: ClassVar = {"name": _("Like “north-1”. A name is never given twice.")}


@admin.register(Agent)
class AgentAdmin(MadeOnce):
    """Agents: made with a ticket that is shown once, confirmed by who compares, revoked."""

    capability = Capability.DIRECTORIES
    form = AgentForm
    list_display = ("name", "state", "seen_at", "created_at")
    ordering = ("revoked_at", "name")

    def get_fieldsets(self, request: Any, obj: Any = None) -> Any:
        missing = _("Agents need a broker, and none is set: AGENT_BROKER_URL.")
        fields = {
            "fields": [*self.whose(request), "name"],
            "description": "" if settings.AGENT_BROKER_URL else missing,
        }
        return [(None, fields)]

    def save_model(self, request: Any, obj: Agent, form: Any, change: bool) -> None:
        made, request.ticket = enrolment.invite(obj.directory_id, obj.name, act_of(request))
        obj.pk, obj._state.adding = made.pk, False

    def response_add(self, request: Any, obj: Agent, post_url_continue: Any = None) -> Any:
        """Show the ticket on the answer itself: nothing keeps it for a page after."""
        names, password = Names(str(obj.directory_id), obj.name), secrets.token_urlsafe(24)
        hashed = hashlib.sha256(password.encode()).hexdigest()
        broker = urlsplit(settings.AGENT_BROKER_URL or "rediss://broker.example:6379")
        place = broker.netloc.rpartition("@")[2]
        return self.page(
            request,
            "admin/writeback/agent/made.html",
            _("Carry the ticket to the agent now"),
            agent=obj,
            ticket=request.ticket,
            line=f"ACL SETUSER {acl_of_agent(names, hashed)}",
            url=f"{broker.scheme}://{names.user}:{password}@{place}/0",
        )

    def change_view(
        self, request: Any, object_id: str, form_url: str = "", extra_context: Any = None
    ) -> Any:
        if not self.has_change_permission(request):
            raise PermissionDenied
        agent = self.get_object(request, object_id)
        if agent is None:
            raise Http404
        if request.method == "POST":
            return self._decide(request, agent)
        return self.page(
            request,
            "admin/writeback/agent/page.html",
            agent.name,
            agent=agent,
            fingerprint=enrolment.fingerprint_of(agent),
            state=agents.state(agent).label,
            is_off=agents.is_off(agent),
            seconds=abs(agent.clock_ahead) // 1000,
            may_confirm=agents.state(agent) is agents.State.APPLIED,
        )

    @method_decorator(recent_password_required)
    def _decide(self, request: Any, agent: Agent) -> Any:
        if request.POST.get("do") == "confirm" and enrolment.confirm(agent, act_of(request)):
            self.message_user(request, _("Confirmed."))
        elif request.POST.get("do") == "revoke" and enrolment.revoke(agent, act_of(request)):
            self.message_user(request, _("Revoked."))
        return HttpResponseRedirect(request.path)

    @admin.display(description=_("state"))
    def state(self, agent: Agent) -> str:
        return str(agents.state(agent).label)
