"""Configuration files to apply, and what the command says."""

from io import StringIO
from textwrap import indent

from django.core.management import call_command

FULL = """
directories:
  - name: Corp
    alias: corp
    domains: [corp.example, Second.Example]
    language: en
    default_region: GB
    store: {kind: cloud}
    branding: {organization: Corp Ltd, primary_color: "#0b5fff", logo: corp.png}
    sign_in: {lockout_threshold: 8}
    telephony: {countries: [GB, IE], per_directory: 500, pause_countries: false}
    banned_words: [tulip, windmill]
    groups:
      - name: Sales
        contains: [Sales North]
    policies:
      - name: Sales
        groups: [Sales]
        methods: [alternate_email, authenticator_app]
        methods_required: 2
      - name: Everyone
        groups: []
        self_service_reset: true
        methods: [alternate_email, authenticator_app]
        methods_required: 1
        questions: {required_to_register: 5, required_to_reset: 3, predefined: [first_pet]}
        registration: {required_at_sign_in: true, reconfirm_after_days: 90}
        phones: {refuse_voip_numbers: true, refuse_landlines_for_text: false}
        notifications: {users: true, administrators: true}
        helpdesk: {link: "mailto:help@corp.example"}
        writeback: {enabled: true, unlock_without_reset: true}
        passwords: {min_length: 12}
"""
SMALL = """
directories:
  - name: Corp
    domains: [corp.example]
"""


def told(action: str, *args: object) -> str:
    out = StringIO()
    call_command("directory", action, *map(str, args), stdout=out)
    return out.getvalue()


def settings_of(lines: str) -> str:
    """A file about Corp with these lines."""
    return SMALL + indent(lines, "    ")


def policy_with(line: str) -> str:
    return settings_of(f"policies:\n  - name: Everyone\n    {line}\n")
