"""Values exactly as they are described: 1 is no text, "yes" is no truth."""

from typing import Any

from rest_framework import serializers

UNKNOWN = "There is no such member."


class Text(serializers.CharField):
    def to_internal_value(self, data: Any) -> str:
        if not isinstance(data, str):
            self.fail("invalid")
        return super().to_internal_value(data)


class Truth(serializers.BooleanField):
    def to_internal_value(self, data: Any) -> bool:
        if not isinstance(data, bool):
            self.fail("invalid", input=data)
        return data


class Given(serializers.Serializer[Any]):
    """What a program sends. A member that nobody knows is a mistake, and told."""

    def to_internal_value(self, data: Any) -> Any:
        if isinstance(data, dict):
            unknown = sorted(set(data) - set(self.fields))
            if unknown:
                raise serializers.ValidationError(dict.fromkeys(unknown, UNKNOWN))
        return super().to_internal_value(data)
