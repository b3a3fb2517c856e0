"""People, their methods and their coverage, for programs."""

from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.http import Http404
from drf_spectacular.utils import OpenApiParameter
from rest_framework.exceptions import PermissionDenied as Forbidden
from rest_framework.response import Response

from accounts.api.models import Scope
from accounts.api.paging import Cursor
from accounts.api.schema import described
from accounts.api.views import ApiView
from accounts.people import names
from accounts.people.models import User
from accounts.people.roles import Action, may
from registration import coverage, methods, staff
from registration.api.serializers import (
    CoverageSerializer,
    FactorSerializer,
    FactorsSerializer,
    NewFactorSerializer,
    PeoplePageSerializer,
    PersonInFullSerializer,
)
from registration.models import Factor
from registration.services import factors_of

READ = {"GET": Scope.PEOPLE_READ}
_UPN = OpenApiParameter("upn", str, OpenApiParameter.PATH, description="A user principal name.")


class PersonView(ApiView):
    """What is about one person of the token's directory."""

    scopes = READ

    def person(self, upn: str) -> User:
        """Raises Http404 for whoever is not there, or may not be seen."""
        people = User.objects.in_directory(self.token.directory_id)
        found = None if "\0" in upn else people.named(upn).first()
        if found is None:
            raise Http404
        found.directory = self.token.directory
        if not may(self.token.created_by, Action.VIEW, found):
            raise Http404
        return found


class People(ApiView):
    scopes = READ
    parameters = frozenset({"search", "cursor", "limit"})

    @described(
        "listPeople",
        "List people by user principal name",
        answers={200: PeoplePageSerializer},
        scope=Scope.PEOPLE_READ,
        parameters=[
            OpenApiParameter("search", str, description="How the name begins."),
            *Cursor.PARAMETERS,
        ],
    )
    def get(self, request: Any) -> Response:
        begins = names.key(request.query_params.get("search", ""))
        people = User.objects.in_directory(self.token.directory_id)
        if "\0" in begins:
            people = people.none()
        elif begins:
            people = people.filter(upn_key__startswith=begins)
        page = Cursor.of(request.query_params).page(people, "upn_key")
        return Response(PeoplePageSerializer(page).data)


class Person(PersonView):
    @described(
        "getPerson",
        "Look at a person",
        answers={200: PersonInFullSerializer},
        scope=Scope.PEOPLE_READ,
        parameters=[_UPN],
    )
    def get(self, request: Any, upn: str) -> Response:
        return Response(PersonInFullSerializer(self.person(upn)).data)


class Factors(PersonView):
    scopes = {**READ, "POST": Scope.FACTORS_WRITE}

    @described(
        "listFactors",
        "List a person's methods, masked",
        answers={200: FactorsSerializer},
        scope=Scope.PEOPLE_READ,
        parameters=[_UPN],
    )
    def get(self, request: Any, upn: str) -> Response:
        found = factors_of(self.person(upn)).filter(method__in=methods.all_methods())
        return Response(FactorsSerializer({"results": found.order_by("pk")}).data)

    @described(
        "setFactor",
        "Set a method of a person",
        answers={201: FactorSerializer, 200: FactorSerializer},
        scope=Scope.FACTORS_WRITE,
        parameters=[_UPN],
        takes=NewFactorSerializer,
    )
    def post(self, request: Any, upn: str) -> Response:
        """200 when it was so already. `confirmed` also needs the scope `factors:confirm`."""
        person = self.person(upn)
        given = NewFactorSerializer(data=request.data)
        given.is_valid(raise_exception=True)
        slug, confirmed = given.validated_data["method"], given.validated_data["confirmed"]
        if confirmed and Scope.FACTORS_CONFIRM not in self.token.scopes:
            raise Forbidden(f"This token lacks the scope {Scope.FACTORS_CONFIRM}.")
        if not staff.may_edit(self.act, person):
            raise PermissionDenied
        wanted = staff.Wanted(
            factors={slug: _address(person, slug, given.validated_data["value"])},
            confirmed=confirmed,
        )
        with transaction.atomic():
            outcome = staff.set_data(person, wanted, self.act)
            if outcome.changed:
                self.note(person)
        (factor,) = outcome.factors
        return Response(FactorSerializer(factor).data, 201 if outcome.changed else 200)


class OneFactor(PersonView):
    scopes = {"DELETE": Scope.FACTORS_WRITE}

    @described(
        "removeFactor",
        "Remove a method of a person",
        answers={204: None},
        scope=Scope.FACTORS_WRITE,
        parameters=[_UPN],
    )
    def delete(self, request: Any, upn: str, pk: int) -> Response:
        person = self.person(upn)
        factor = self._factor(person, pk)
        with transaction.atomic():
            staff.remove(factor, self.act)
            self.note(person)
        return Response(status=204)

    def _factor(self, person: User, pk: int) -> Factor:
        factor = factors_of(person).filter(pk=pk, method__in=methods.all_methods()).first()
        if factor is None:
            raise Http404
        factor.user, factor.directory = person, person.directory
        return factor


class CoverageOf(PersonView):
    @described(
        "getCoverage",
        "Could this person get back in?",
        answers={200: CoverageSerializer},
        scope=Scope.PEOPLE_READ,
        parameters=[_UPN],
    )
    def get(self, request: Any, upn: str) -> Response:
        return Response(CoverageSerializer(coverage.of(self.person(upn))).data)


def _address(person: User, slug: str, text: str) -> str:
    if slug not in staff.settable():
        raise ValidationError({"method": "This method is not in use here."})
    try:
        return staff.cleaned_factor(person, slug, text)
    except ValidationError as refusal:
        raise ValidationError({"value": refusal.messages}) from refusal
