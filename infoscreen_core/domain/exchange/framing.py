"""Whether a website lets itself be shown inside another page, by what it answers.

`Content-Security-Policy: frame-ancestors` counts, and without it `X-Frame-Options`; browsers do the
same and tell the outer page nothing about it.
"""

from collections.abc import Iterable, Iterator
from typing import Final
from urllib.parse import SplitResult, urlsplit

_DIRECTIVE: Final = "frame-ancestors"
_PORTS: Final = {"http": 80, "https": 443}
_SCHEMES: Final = {"http:": ("http", "https"), "https:": ("https",)}


def refuses_frames(options: str, policies: Iterable[str], *, asker: str) -> bool:
    """Whether a page of another origin, `asker`, may not show the website.

    `options` is its `X-Frame-Options`, empty without one; `policies` are all its policies.
    """
    directives = [found for policy in policies for found in _ancestors(policy)]
    if directives:
        return not all(_allows(sources, asker) for sources in directives)
    words = {word.strip().lower() for word in options.split(",")}
    return not words.isdisjoint({"deny", "sameorigin"})


def _ancestors(policy: str) -> Iterator[list[str]]:
    for one in policy.split(","):
        for directive in one.split(";"):
            name, *sources = directive.split() or [""]
            if name.lower() == _DIRECTIVE:
                yield [source.lower() for source in sources]
                break  # of several in one policy the first counts


def _allows(sources: list[str], asker: str) -> bool:
    return any(_matches(source, asker) for source in sources)


def _matches(source: str, asker: str) -> bool:
    origin = urlsplit(asker)
    if source == "*":
        return True
    if source in _SCHEMES:
        return origin.scheme in _SCHEMES[source]
    if source.startswith("'"):  # 'none', or 'self', which we are not
        return False
    wanted = urlsplit(source if "//" in source else f"//{source}", scheme=origin.scheme)
    host, mine = wanted.hostname or "", origin.hostname or ""
    is_host = mine.endswith(host[1:]) if host.startswith("*.") else mine == host
    is_port = wanted.netloc.endswith(":*") or _port(wanted) == _port(origin)
    return is_host and is_port and wanted.scheme in {origin.scheme, "http"}


def _port(address: SplitResult) -> int | None:
    return address.port or _PORTS.get(address.scheme)
