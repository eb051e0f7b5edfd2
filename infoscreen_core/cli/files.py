"""Files that commands write."""

from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path

from infoscreen_core.errors import InvalidInputError


def write_file(output: Path, chunks: Iterable[bytes]) -> int:
    """Write a file and return its size in bytes; raise `InvalidInputError` when that cannot be.

    It is written under another name first: what is there is replaced by a whole one only.
    """
    part = output.with_name(f"{output.name}.part")
    try:
        with part.open("wb") as opened:
            for chunk in chunks:
                opened.write(chunk)
        size = part.stat().st_size
        part.replace(output)
    except OSError as error:
        raise InvalidInputError(
            "The file {file} cannot be written: {problem}. Name another one in --output.",
            field="output",
            file=output,
            problem=error.strerror or type(error).__name__,
        ) from None
    finally:
        with suppress(OSError):
            part.unlink(missing_ok=True)
    return size
