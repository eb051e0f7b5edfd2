"""Whether the events of an imported file will be seen on their dates to come."""

from collections.abc import Collection
from typing import Final

from infoscreen_core.db.queries import events as queries
from infoscreen_core.db.queries.clients import groups_in_service
from infoscreen_core.domain.text.local_time import load_zone
from infoscreen_core.domain.text.wording import Sentence
from infoscreen_core.services.events.event_verdicts import Verdict, judge_stored
from infoscreen_core.services.events.verdict_words import no_screens, verdict_sentences
from infoscreen_core.services.exchange.event_import_task import ImportTask
from infoscreen_core.services.exchange.views import ImportVerdict

_MOST_NAMED: Final = 3


def judge_import(task: ImportTask, event_ids: Collection[int]) -> ImportVerdict:
    """Return the verdict on a file's events, as they are stored now."""
    zone = load_zone(str(task.settings["default_timezone"]))
    found = judge_stored(task.session, task.group_id, event_ids, zone=zone, now=task.now)
    wanting = {event_id: one for event_id, one in found.items() if not one.is_clear}
    screens = _screens(task) if found else []
    if not wanting:
        told = [Sentence("All dates of the next two months are seen.")] if found else []
        return ImportVerdict((*told, *screens))
    named = dict(list(wanting.items())[: _MOST_NAMED if len(wanting) > _MOST_NAMED + 1 else None])
    told = [_sentence(task, event_id, one) for event_id, one in named.items()]
    if (more := len(wanting) - len(named)) > 0:
        told.append(Sentence("{n} more events are not seen on all their dates.", n=more))
    return ImportVerdict((*told, *screens), len(wanting))


def _screens(task: ImportTask) -> list[Sentence]:
    if groups_in_service(task.session, [task.group_id]):
        return []
    return [no_screens()]


def _sentence(task: ImportTask, event_id: int, verdict: Verdict) -> Sentence:
    event = queries.find_event(task.session, event_id)
    title, sentences = event.title if event else "", verdict_sentences(verdict, {})
    told = sentences[-1] if verdict.empties else sentences[0]
    return Sentence("“{title}”: {verdict}", title=title, verdict=told)
