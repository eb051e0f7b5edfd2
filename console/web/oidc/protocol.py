"""The conversation with an identity provider: OpenID Connect Core 1.0, authorization code flow.

Authlib speaks OAuth 2.0, joserfc reads the provider's signed token. PKCE (RFC 7636) and a nonce tie
each answer to the browser that asked; issuer, audience and times are checked, and a key that the
provider has changed is fetched anew.
"""

import time
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import urlencode

import requests
from authlib.common.security import generate_token
from authlib.integrations.base_client.errors import OAuthError
from authlib.integrations.requests_client import OAuth2Session
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet

from console.runtime import resources
from infoscreen_core.domain.people.providers import ProvedIdentity
from infoscreen_core.errors import NotAllowedError, UnavailableError
from infoscreen_core.settings import Settings

_ALGORITHMS: Final = ["RS256", "RS384", "RS512", "PS256", "ES256", "ES384", "EdDSA"]
"""Signatures by a private key: with a shared secret, whoever knows it could be anybody."""
_ANSWER_SECONDS: Final = 10
_KEPT_SECONDS: Final = 3600
_LEEWAY_SECONDS: Final = 60
"""As much as the clocks of two well-kept machines may differ."""


@dataclass(frozen=True)
class Journey:
    """What the browser keeps while it is at the provider."""

    state: str
    nonce: str
    verifier: str
    next: str
    """Where to go on to afterwards."""

    @classmethod
    def begin(cls, target: str) -> "Journey":
        """Return a journey that nobody else can know of."""
        return cls(generate_token(32), generate_token(32), generate_token(64), target)


@dataclass
class _Known:
    """What the provider said of itself, and when that was."""

    read_at: float
    metadata: Mapping[str, Any]
    keys: KeySet


class Provider:
    """The installation's identity provider; its threads share what it said of itself."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._issuer = settings.oidc_issuer or ""
        self._known: _Known | None = None

    def address(self, journey: Journey, redirect_uri: str) -> str:
        """Return where to send the browser; raise `UnavailableError` when nobody says."""
        session = self._session(redirect_uri)
        try:
            address, _state = session.create_authorization_url(
                self._ask().metadata["authorization_endpoint"],
                state=journey.state,
                nonce=journey.nonce,
                code_verifier=journey.verifier,
            )
        finally:
            session.close()
        return str(address)

    def way_out(self, back: str, id_token: str) -> str | None:
        """Return where the browser ends its session at the provider, to come `back` afterwards.

        None when the provider has no such address. Raises `UnavailableError` when nobody says.
        """
        address = self._ask().metadata.get("end_session_endpoint")
        if not isinstance(address, str) or not address.startswith(("https://", "http://")):
            return None
        told = {
            "client_id": self._settings.oidc_client_id,
            "post_logout_redirect_uri": back,
            "state": generate_token(16),
        }
        if id_token:
            told["id_token_hint"] = id_token
        return f"{address}{'&' if '?' in address else '?'}{urlencode(told)}"

    def identity(
        self, journey: Journey, code: str, redirect_uri: str
    ) -> tuple[ProvedIdentity, str]:
        """Return who came back with this code, and the provider's signed token about them.

        Raises `NotAllowedError` when the provider does not stand for them, `UnavailableError` when
        it does not answer.
        """
        token = self._fetch(journey, code, redirect_uri)
        try:
            id_token = str(token["id_token"])
        except KeyError as error:
            raise _refused() from error
        claims = self._claims(id_token, journey)
        return self._read({**self._told_besides(claims, token), **claims}), id_token

    def _told_besides(
        self, claims: Mapping[str, Any], token: Mapping[str, Any]
    ) -> Mapping[str, Any]:
        """Return what the provider tells on request only, when the signed token lacks it."""
        wanted = (self._settings.oidc_groups_claim, self._settings.oidc_username_claim)
        address = self._ask().metadata.get("userinfo_endpoint")
        if address is None or all(name in claims for name in wanted):
            return {}
        try:
            found = _get(address, token=str(token["access_token"]))
        except (requests.RequestException, ValueError, KeyError, TypeError) as error:
            raise _away() from error
        if found.get("sub") != claims["sub"]:  # OpenID Connect Core 1.0, section 5.3.2
            raise _refused()
        return found

    def _fetch(self, journey: Journey, code: str, redirect_uri: str) -> Mapping[str, Any]:
        session = self._session(redirect_uri)
        try:
            found: Mapping[str, Any] = session.fetch_token(
                self._ask().metadata["token_endpoint"],
                code=code,
                code_verifier=journey.verifier,
                timeout=_ANSWER_SECONDS,
                allow_redirects=False,
            )
        except (OAuthError, ValueError) as error:
            raise _refused() from error
        except requests.RequestException as error:
            raise _away() from error
        finally:
            session.close()
        return found

    def _claims(self, token: str, journey: Journey) -> Mapping[str, Any]:
        try:
            claims = self._decoded(token)
            rules = jwt.JWTClaimsRegistry(
                leeway=_LEEWAY_SECONDS,
                iss={"essential": True, "value": self._issuer},
                aud={"essential": True, "value": self._settings.oidc_client_id},
                exp={"essential": True},
                sub={"essential": True},
                nonce={"essential": True, "value": journey.nonce},
            )
            rules.validate(claims)
        except (JoseError, ValueError) as error:
            raise _refused() from error
        if claims.get("azp", self._settings.oidc_client_id) != self._settings.oidc_client_id:
            raise _refused()
        return claims

    def _decoded(self, token: str) -> dict[str, Any]:
        known = self._ask()
        try:
            return jwt.decode(token, known.keys, algorithms=_ALGORITHMS).claims
        except (JoseError, ValueError):
            if time.monotonic() - known.read_at < 1:
                raise
            self._known = None  # perhaps the provider has other keys by now
            return jwt.decode(token, self._ask().keys, algorithms=_ALGORITHMS).claims

    def _read(self, claims: Mapping[str, Any]) -> ProvedIdentity:
        settings = self._settings
        name = claims.get(settings.oidc_username_claim) or claims.get("email") or claims["sub"]
        groups = claims.get(settings.oidc_groups_claim) or []
        listed = groups if isinstance(groups, list) else [groups]
        return ProvedIdentity(
            self._issuer,
            str(claims["sub"]),
            str(name),
            _text(claims.get("name")),
            _text(claims.get("email")),
            frozenset(map(str, listed)),
        )

    def _ask(self) -> _Known:
        known = self._known
        if known is None or time.monotonic() - known.read_at > _KEPT_SECONDS:
            try:
                known = self._known = self._asked()
            except (requests.RequestException, KeyError, ValueError, TypeError, JoseError) as error:
                raise _away() from error
        return known

    def _asked(self) -> _Known:
        metadata = _get(f"{self._issuer.rstrip('/')}/.well-known/openid-configuration")
        if metadata["issuer"] != self._issuer:  # OpenID Connect Discovery 1.0, section 4.3
            raise ValueError(metadata["issuer"])
        keys = KeySet.import_key_set(_get(metadata["jwks_uri"]))  # type: ignore[arg-type]
        return _Known(time.monotonic(), metadata, keys)

    def _session(self, redirect_uri: str) -> OAuth2Session:
        secret = self._settings.oidc_client_secret
        return OAuth2Session(
            self._settings.oidc_client_id,
            secret.get_secret_value() if secret else None,
            scope=self._settings.oidc_scopes,
            redirect_uri=redirect_uri,
            code_challenge_method="S256",
            token_endpoint_auth_method="client_secret_basic" if secret else "none",
        )


_providers: Final[dict[int, Provider]] = {}


def the_provider() -> Provider:
    """Return the provider of the console's present settings."""
    made = resources()
    if made.serial not in _providers:
        _providers.clear()
        _providers[made.serial] = Provider(made.settings)
    return _providers[made.serial]


def _get(address: str, *, token: str = "") -> dict[str, Any]:
    headers = {"authorization": f"Bearer {token}"} if token else {}
    answer = requests.get(address, headers=headers, timeout=_ANSWER_SECONDS, allow_redirects=False)
    answer.raise_for_status()
    found = answer.json()
    if not isinstance(found, dict):
        raise TypeError(address)
    return found


def _text(value: object) -> str | None:
    return value.strip() or None if isinstance(value, str) else None


def _refused() -> NotAllowedError:
    return NotAllowedError("The sign-in service did not confirm who you are. Try again.")


def _away() -> UnavailableError:
    return UnavailableError(
        "The sign-in service does not answer. Try again later, or sign in with a password that an "
        "administrator gave you."
    )
