"""What the API says about people and takes from programs. Never a whole number or address."""

from typing import Any

from rest_framework import serializers

from accounts.api.fields import Given, Text, Truth
from accounts.people.models import Source, User
from registration import methods, staff
from registration.models import Coverage, Factor, FactorSource

CONTACTS = ("mail", "alternate_email", "mobile", "office_phone")


class PersonSerializer(serializers.Serializer[User]):
    user_principal_name = serializers.CharField()
    display_name = serializers.CharField()
    source = serializers.ChoiceField(Source.choices)  # type: ignore[assignment]  # a field's name
    enabled = serializers.BooleanField()


class ContactsSerializer(serializers.Serializer[User]):
    """The public contact attributes, masked; empty where there is none."""

    def to_representation(self, instance: User) -> dict[str, str]:
        return {name: staff.masked(name, getattr(instance, name)) for name in CONTACTS}

    mail = serializers.CharField()
    alternate_email = serializers.CharField()
    mobile = serializers.CharField()
    office_phone = serializers.CharField()


class PersonInFullSerializer(PersonSerializer):
    roles = serializers.ListField(child=serializers.CharField())
    contacts = ContactsSerializer(source="*")


class PeoplePageSerializer(serializers.Serializer[Any]):
    """``next`` is the ``cursor`` of the page after this one; null on the last."""

    results = PersonSerializer(many=True)
    next = serializers.CharField(allow_null=True)


class FactorSerializer(serializers.Serializer[Factor]):
    """``state``: an *unconfirmed* one waits for its person; a *disabled* one saw too many wrong
    answers. A confirmed one passes checks from ``usable_from`` on."""

    id = serializers.IntegerField(source="pk")
    method = serializers.CharField()
    masked = serializers.SerializerMethodField()
    state = serializers.SerializerMethodField()
    source = serializers.ChoiceField(FactorSource.choices)  # type: ignore[assignment]  # as above
    created_at = serializers.DateTimeField()
    confirmed_at = serializers.DateTimeField(allow_null=True)
    usable_from = serializers.DateTimeField()

    def get_masked(self, factor: Factor) -> str:
        return str(methods.get(factor.method).mask(factor))

    def get_state(self, factor: Factor) -> str:
        if factor.disabled_at:
            return "disabled"
        return "confirmed" if factor.confirmed_at else "unconfirmed"


class FactorsSerializer(serializers.Serializer[Any]):
    results = FactorSerializer(many=True)


class NewFactorSerializer(Given):
    """``value``: an address, or a number in E.164 or as its country writes it."""

    method = serializers.ChoiceField(tuple(staff.ATTRIBUTES))
    value = Text(max_length=254)
    confirmed = Truth(default=False)


class CoverageSerializer(serializers.Serializer[Coverage]):
    """*registered*: has as many confirmed methods as a reset needs; *enabled*: policy lets them
    reset; *capable*: both."""

    registered = serializers.BooleanField()
    enabled = serializers.BooleanField()
    capable = serializers.BooleanField()
    methods = serializers.ListField(child=serializers.CharField())
    confirmed_at = serializers.DateTimeField(allow_null=True)
    updated_at = serializers.DateTimeField()
