"""Passkeys: what this portal asks of WebAuthn (Level 3), and what must be true of an answer.

py_webauthn reads what devices send and verifies signatures. What is bound to this portal, to one
person and to one moment is said here, for checks and for signing in alike.
"""

import uuid
from base64 import urlsafe_b64decode, urlsafe_b64encode
from dataclasses import dataclass
from urllib.parse import urlsplit

from django.conf import settings
from django.db import IntegrityError, transaction
from django.utils import timezone
from webauthn import (
    generate_authentication_options,
    generate_registration_options,
    options_to_json,
    verify_authentication_response,
    verify_registration_response,
)
from webauthn.helpers import (
    parse_authentication_credential_json,
    parse_client_data_json,
    parse_registration_credential_json,
)
from webauthn.helpers.cose import COSEAlgorithmIdentifier
from webauthn.helpers.structs import (
    AttestationConveyancePreference,
    AuthenticationCredential,
    AuthenticatorSelectionCriteria,
    AuthenticatorTransport,
    PublicKeyCredentialDescriptor,
    ResidentKeyRequirement,
    UserVerificationRequirement,
)
from webauthn.registration.verify_registration_response import VerifiedRegistration

from accounts.audit.services import record
from accounts.client import Client
from accounts.crypto import keyed_hashes, same
from accounts.people.models import User
from registration.models import Factor, Passkey
from registration.passkeys.events import PasskeyCopied

ALGORITHMS = [
    COSEAlgorithmIdentifier.ECDSA_SHA_256,
    COSEAlgorithmIdentifier.EDDSA,
    COSEAlgorithmIdentifier.RSASSA_PKCS1_v1_5_SHA_256,
]
LONGEST_ID = 1023  # bytes, WebAuthn section 5.8.3
PATIENCE = 300_000  # milliseconds a browser waits for the person
_USUAL_PORTS = {"https": 443, "http": 80}


@dataclass(frozen=True, slots=True)
class Site:
    """Whose passkeys these are. They work nowhere else, not even for whoever copies the page."""

    name: str  # the "RP ID": the host in PUBLIC_BASE_URL
    origin: str


def site() -> Site:
    """This portal, as browsers know it."""
    parts = urlsplit(settings.PUBLIC_BASE_URL)
    host = parts.hostname or ""
    is_usual = parts.port in {None, _USUAL_PORTS[parts.scheme]}
    port = "" if is_usual else f":{parts.port}"
    return Site(host, f"{parts.scheme}://{host}{port}")


def text_of(raw: bytes) -> str:
    """Bytes as WebAuthn writes them: base64url without padding."""
    return urlsafe_b64encode(raw).rstrip(b"=").decode()


def bytes_of(text: str) -> bytes:
    """The bytes behind such a text."""
    return urlsafe_b64decode(text + "=" * (-len(text) % 4))


def handle_of(user: User) -> bytes:
    """What a device will know a person by: 64 bytes that say nothing about them."""
    return _handles(user)[0]


def _handles(user: User) -> list[bytes]:
    """Under the pepper of today, and the one before."""
    who = (str(user.directory_id), str(user.pk))
    halves = [keyed_hashes("passkey user", half, *who) for half in ("1", "2")]
    return [first + second for first, second in zip(*halves, strict=True)]


def _is_handle(passkey: Passkey, handle: bytes) -> bool:
    """Does the device name the person whose passkey it is?"""
    known = [bytes(passkey.handle)] if passkey.handle else _handles(passkey.factor.user)
    found = [same(one, handle) for one in known]
    return any(found)


def keep_handle(passkey: Passkey) -> None:
    """Write down what the device of an older passkey knows its person by, before a pepper goes."""
    rows = Passkey.objects.in_directory(passkey.directory_id).filter(pk=passkey.pk, handle=b"")
    rows.update(handle=_handles(passkey.factor.user)[-1])


def options_to_make(user: User, challenge: bytes) -> str:
    """What a browser needs to make a passkey (JSON)."""
    held = Passkey.objects.in_directory(user.directory_id).filter(factor__user=user)
    options = generate_registration_options(
        rp_id=site().name,
        rp_name=user.directory.display_name,
        user_id=handle_of(user),
        user_name=user.user_principal_name,
        user_display_name=user.display_name or user.user_principal_name,
        challenge=challenge,
        timeout=PATIENCE,
        attestation=AttestationConveyancePreference.NONE,
        authenticator_selection=AuthenticatorSelectionCriteria(
            resident_key=ResidentKeyRequirement.REQUIRED,
            require_resident_key=True,
            user_verification=UserVerificationRequirement.REQUIRED,
        ),
        exclude_credentials=[_descriptor(each) for each in held.order_by("pk")],
        supported_pub_key_algs=ALGORITHMS,
    )
    return options_to_json(options)


def options_to_use(challenge: bytes) -> str:
    """What a browser needs to use a passkey (JSON); whose is for the device to say.

    No passkey is named, so that what is asked of somebody is what is asked of nobody.
    """
    options = generate_authentication_options(
        rp_id=site().name,
        challenge=challenge,
        timeout=PATIENCE,
        user_verification=UserVerificationRequirement.REQUIRED,
    )
    return options_to_json(options)


def read(text: str) -> AuthenticationCredential | None:
    """What a browser sent for a passkey that was used; None for anything else."""
    try:
        return parse_authentication_credential_json(text)
    except Exception:  # noqa: BLE001  whatever cannot be read is no passkey
        return None


def challenge_in(shown: AuthenticationCredential) -> bytes:
    """The challenge that the browser says was answered; empty when it says nothing clear."""
    try:
        return parse_client_data_json(shown.response.client_data_json).challenge
    except Exception:  # noqa: BLE001  whatever cannot be read answers nothing
        return b""


def is_proved(
    passkey: Passkey, shown: AuthenticationCredential, challenge: bytes, client: Client
) -> bool:
    """Did this passkey answer this challenge, here, with its owner verified? Moves its count on.

    WebAuthn section 7.2. ``passkey.factor.user`` is loaded; no challenge may come here twice.
    """
    handle = shown.response.user_handle
    if handle is not None and not _is_handle(passkey, handle):
        return False
    try:
        verified = verify_authentication_response(
            credential=shown,
            expected_challenge=challenge,
            expected_rp_id=site().name,
            expected_origin=site().origin,
            credential_public_key=bytes(passkey.public_key),
            credential_current_sign_count=0,  # looked at below, and written down
            require_user_verification=True,
        )
    except Exception:  # noqa: BLE001  whatever cannot be verified proves nothing
        return False
    return _count(passkey, verified.new_sign_count, verified.credential_backed_up, client)


def keep(factor: Factor, text: str, challenge: bytes) -> bool:
    """Keep a new passkey, when it answers this challenge. WebAuthn section 7.1."""
    made, transports = _made(text, challenge)
    if made is None or len(made.credential_id) > LONGEST_ID:
        return False
    try:
        with transaction.atomic():
            Passkey.objects.create(
                directory_id=factor.directory_id,
                factor=factor,
                credential_id=made.credential_id,
                handle=handle_of(factor.user),
                public_key=made.credential_public_key,
                sign_count=made.sign_count,
                transports=transports,
                backed_up=made.credential_backed_up,
                aaguid=uuid.UUID(made.aaguid),
            )
    except IntegrityError:  # known already: somebody's, or made by this answer a moment ago
        return False
    return True


def _count(passkey: Passkey, count: int, backed_up: bool, client: Client) -> bool:
    rows = Passkey.objects.in_directory(passkey.directory_id).filter(pk=passkey.pk)
    higher = rows.filter(sign_count__lt=count) if count else rows.filter(sign_count=0)
    now = timezone.now()
    if higher.update(sign_count=count, backed_up=backed_up, last_used_at=now):
        return True
    record(
        PasskeyCopied(),
        directory=passkey.directory_id,
        client=client,
        subject=passkey.factor.user,
    )
    return False


def _made(text: str, challenge: bytes) -> tuple[VerifiedRegistration | None, list[str]]:
    """A new passkey, verified, and how a browser can reach it."""
    try:
        shown = parse_registration_credential_json(text)
        verified = verify_registration_response(
            credential=shown,
            expected_challenge=challenge,
            expected_rp_id=site().name,
            expected_origin=site().origin,
            require_user_verification=True,
            supported_pub_key_algs=ALGORITHMS,
        )
    except Exception:  # noqa: BLE001  whatever cannot be verified is not kept
        return None, []
    return verified, [str(each.value) for each in shown.response.transports or []]


def _descriptor(passkey: Passkey) -> PublicKeyCredentialDescriptor:
    return PublicKeyCredentialDescriptor(
        id=bytes(passkey.credential_id),
        transports=[AuthenticatorTransport(each) for each in passkey.transports],
    )
