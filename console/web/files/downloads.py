"""What answers that are files to download have in common."""

from typing import Final

from starlette.responses import JSONResponse

CSV: Final = "text/csv; charset=utf-8"


def download_headers(name: str) -> dict[str, str]:
    """Return the headers of a file that is saved under this name, and kept by nobody between."""
    return {"content-disposition": f'attachment; filename="{name}"', "cache-control": "no-store"}


def not_allowed() -> JSONResponse:
    """Return the answer to somebody whose role does not reach."""
    return JSONResponse({"error": "Your role does not allow this.", "code": "not_allowed"}, 403)
