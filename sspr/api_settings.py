"""How the API answers: a token each time, JSON only, no page to click through."""

REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": ["accounts.api.authentication.BearerToken"],
    "DEFAULT_PERMISSION_CLASSES": ["accounts.api.authentication.HasScope"],
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_PARSER_CLASSES": ["accounts.api.parsers.BoundedJson"],
    "DEFAULT_SCHEMA_CLASS": "drf_spectacular.openapi.AutoSchema",
    "EXCEPTION_HANDLER": "accounts.api.problems.answer",
    "URL_FORMAT_OVERRIDE": None,
}
DESCRIPTION = {
    "TITLE": "Self-service password management",
    "DESCRIPTION": "People, the methods that prove who they are, and who could get back in.",
    "VERSION": "1",
    "SCHEMA_PATH_PREFIX": "/api/v1",
    "SERVE_INCLUDE_SCHEMA": False,
    "ENUM_NAME_OVERRIDES": {
        "FactorSource": "registration.models.FactorSource",
        "PersonSource": "accounts.people.models.Source",
    },
}
