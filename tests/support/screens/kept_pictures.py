"""Pictures of a screen, kept with their files."""

from datetime import datetime
from hashlib import md5
from pathlib import Path

from PIL import Image
from sqlalchemy.orm import Session

from infoscreen_core.db.models import ClientScreenshot
from infoscreen_core.domain.screens.player import PictureType
from infoscreen_core.domain.screens.screens import ScreenHealth

WIDTH, HEIGHT = 320, 180


def keep_picture(
    session: Session, data_dir: Path, uuid: str, color: str, *, at: datetime
) -> ClientScreenshot:
    """Keep a picture of one colour that came at an instant."""
    folder = data_dir / "screenshots" / uuid
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"{at:%Y%m%dT%H%M%S}.png"
    Image.new("RGB", (WIDTH, HEIGHT), color).save(path)
    row = ClientScreenshot(
        client_uuid=uuid,
        type=PictureType.PERIODIC,
        filename=path.name,
        received_at=at,
        md5=md5(path.read_bytes(), usedforsecurity=False).hexdigest(),
        size=path.stat().st_size,
        width=WIDTH,
        height=HEIGHT,
        screen_health=ScreenHealth.OK,
    )
    session.add(row)
    session.flush()
    return row
