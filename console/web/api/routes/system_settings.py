"""`/api/system-settings`: what the installation is set to."""

from collections.abc import Mapping
from typing import Annotated, Final

from fastapi import APIRouter, Body, Path
from starlette.responses import Response

from console.web.api.base import answer
from console.web.api.callers import Caller, ChangesAsAdmin, ReadsAsAdmin
from console.web.api.models.system_settings import (
    NewSupplementTable,
    NewValue,
    Setting,
    SupplementTable,
    Value,
)
from infoscreen_core.domain.setup.settings_keys import check_typed
from infoscreen_core.services import system_settings as service

router = APIRouter(prefix="/system-settings", tags=["system-settings"])
_URL: Final = "supplement_table_url"
_ENABLED: Final = "supplement_table_enabled"
Key = Annotated[str, Path(max_length=64, examples=["presentation_interval"])]
Values = Annotated[
    dict[str, Value],
    Body(min_length=1, max_length=100, examples=[{"presentation_interval": 15}]),
]


@router.get("", summary="All settings", operation_id="listSettings", response_model=list[Setting])
def list_settings(caller: ReadsAsAdmin) -> Response:
    """Return every setting by its key, with its default."""
    with caller.read() as session:
        return answer([Setting.model_validate(one) for one in service.list_settings(session)])


@router.put(
    "",
    summary="Change settings",
    operation_id="changeSettings",
    response_model=list[Setting],
    responses={404: {"description": "There is no such setting (`not_found`)."}},
)
def change_settings(caller: ChangesAsAdmin, values: Values) -> Response:
    """Change some settings, all or none; return every setting."""
    _change(caller, values)
    return list_settings(caller)


@router.get(
    "/supplement-table",
    summary="The supplement table",
    operation_id="getSupplementTable",
    response_model=SupplementTable,
)
def get_supplement_table(caller: ReadsAsAdmin) -> Response:
    """Return the page that is shown beside a plan, and whether it is."""
    with caller.read() as session:
        table = SupplementTable(
            url=service.get_setting(session, _URL), enabled=service.get_setting(session, _ENABLED)
        )
    return answer(table)


@router.post(
    "/supplement-table",
    summary="Change the supplement table",
    operation_id="changeSupplementTable",
    response_model=SupplementTable,
)
def change_supplement_table(caller: ChangesAsAdmin, table: NewSupplementTable) -> Response:
    """Change the page that is shown beside a plan; its address stays when it is left out."""
    values: dict[str, object] = {_ENABLED: table.enabled}
    _change(caller, values if table.url is None else {**values, _URL: table.url})
    return get_supplement_table(caller)


@router.get("/{key}", summary="A setting", operation_id="getSetting", response_model=Setting)
def get_setting(caller: ReadsAsAdmin, key: Key) -> Response:
    """Return one setting; 404 for a key that does not exist."""
    with caller.read() as session:
        return answer(Setting.model_validate(service.get_view(session, key)))


@router.put(
    "/{key}", summary="Change a setting", operation_id="changeSetting", response_model=Setting
)
def change_setting(caller: ChangesAsAdmin, key: Key, new: NewValue) -> Response:
    """Change one setting."""
    _change(caller, {key: new.value})
    return get_setting(caller, key)


def _change(caller: Caller, values: Mapping[str, object]) -> None:
    check_typed(values)
    caller.change(
        lambda session, actor, at: service.set_settings(session, values, actor=actor, now=at)
    )
