"""An identity provider of its own process: OpenID Connect on a free port of this machine."""

import json
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from urllib.parse import urlsplit

import httpx

from tests.support.ports import free_port, wait_until


@dataclass(frozen=True)
class IdentityProvider:
    """A provider that signs in whoever names their subject."""

    issuer: str

    def add(self, subject: str, **claims: object) -> None:
        """Let the provider know somebody, or know them otherwise than before."""
        answer = httpx.put(f"{self.issuer}/users/{subject}", json=claims)
        answer.raise_for_status()

    def pass_through(self, address: str, subject: str) -> str:
        """Do what a person does at the provider; return path and query that it leads back to."""
        return self._answer(address, {"sub": subject})

    def cancel(self, address: str) -> str:
        """Turn back at the provider; return path and query that it leads back to."""
        return self._answer(address, {"action": "deny"})

    def _answer(self, address: str, form: dict[str, str]) -> str:
        answer = httpx.post(address, data=form, follow_redirects=False)
        assert answer.status_code == 302, answer.text
        back = urlsplit(answer.headers["location"])
        return f"{back.path}?{back.query}"


@contextmanager
def running_provider() -> Iterator[IdentityProvider]:
    """Run a provider until the block ends."""
    port = free_port()
    command = [sys.executable, "-W", "ignore", "-m", "oidc_provider_mock", "--port", str(port)]
    with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as process:
        issuer = f"http://127.0.0.1:{port}"
        try:
            wait_until(lambda: _is_up(issuer), seconds=60)
            yield IdentityProvider(issuer)
        finally:
            process.kill()


def _is_up(issuer: str) -> bool:
    try:
        answer = httpx.get(f"{issuer}/.well-known/openid-configuration")
    except httpx.TransportError:
        return False
    return bool(json.loads(answer.text)["issuer"] == issuer)
