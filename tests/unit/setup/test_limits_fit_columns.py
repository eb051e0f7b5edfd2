"""What a text may have stands in the rules; the column that stores it must hold as much."""

import pytest
from sqlalchemy import String
from sqlalchemy.orm import InstrumentedAttribute

from infoscreen_core.db.models import (
    AcademicPeriod,
    Client,
    ClientGroup,
    Event,
    Plug,
    PlugCycle,
    PowerOverride,
    SchoolHoliday,
    User,
)
from infoscreen_core.domain.commands.plug_address import MAX_HOST_LENGTH
from infoscreen_core.domain.events.limits import LOCATION_LIMIT, TITLE_LIMIT
from infoscreen_core.domain.people import names
from infoscreen_core.domain.recurrence.text import MAX_RULE_LENGTH
from infoscreen_core.domain.school import holidays, periods
from infoscreen_core.domain.text.web_address import MAX_URL_LENGTH
from infoscreen_core.services.commands.commands import REASON_LIMIT
from infoscreen_core.services.screens import clients, groups, power


@pytest.mark.parametrize(
    ("column", "limit"),
    [
        (Event.title, TITLE_LIMIT),
        (Event.location, LOCATION_LIMIT),
        (Event.recurrence_rule, MAX_RULE_LENGTH),
        (Event.website_url, MAX_URL_LENGTH),
        (AcademicPeriod.name, periods.NAME_LIMIT),
        (AcademicPeriod.display_name, periods.DISPLAY_NAME_LIMIT),
        (SchoolHoliday.name, holidays.NAME_LIMIT),
        (SchoolHoliday.region, holidays.REGION_LIMIT),
        (ClientGroup.name, groups.NAME_LIMIT),
        (ClientGroup.description, groups.DESCRIPTION_LIMIT),
        (Client.description, clients.DESCRIPTION_LIMIT),
        (Plug.host, MAX_HOST_LENGTH),
        (PlugCycle.reason, REASON_LIMIT),
        (PowerOverride.reason, power.REASON_LIMIT),
        (User.username, names.NAME_LIMIT),
    ],
    ids=str,
)
def test_a_column_holds_the_longest_text_that_is_allowed(
    column: InstrumentedAttribute[str], limit: int
) -> None:
    kind = column.type
    assert isinstance(kind, String)
    assert kind.length is None or kind.length >= limit
