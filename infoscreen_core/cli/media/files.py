"""Files that commands take into the library."""

import os
import shutil
from pathlib import Path
from secrets import token_hex
from typing import TYPE_CHECKING

from infoscreen_core.domain.text.wording import shown
from infoscreen_core.errors import InvalidInputError
from infoscreen_core.files import incoming
from infoscreen_core.files import store as stores

if TYPE_CHECKING:
    from infoscreen_core.domain.media.limits import FileLimits
    from infoscreen_core.files.incoming import Received


def take_in(path: Path, folder: Path, limits: "FileLimits") -> "Received":
    """Copy a file, look at it and put it where contents lie; the file itself stays.

    Raises `InvalidInputError` for one that cannot be read or is not taken; nothing is left then.
    """
    store = stores.MediaStore(folder)
    store.uploads.mkdir(parents=True, exist_ok=True)
    part = store.uploads / f"{token_hex(16)}.copy"
    try:
        _copy(path, part)
        return incoming.take_in(store, part, path.name, limits=limits)
    finally:
        part.unlink(missing_ok=True)


def _copy(path: Path, part: Path) -> None:
    try:
        source = path.open("rb")
    except OSError as error:
        raise InvalidInputError(
            "The file {file} cannot be read: {problem}. Name another one.",
            field="file",
            file=shown(str(path)),
            problem=error.strerror or type(error).__name__,
        ) from None
    with source, part.open("wb") as target:  # a full disk is no fault of the file
        shutil.copyfileobj(source, target, 1024 * 1024)
        target.flush()
        os.fsync(target.fileno())
