"""What a verdict says to people: how often an event will be seen, and what stands before it."""

from collections.abc import Mapping

from infoscreen_core.domain.events.event import Priority
from infoscreen_core.domain.events.schedule import is_background
from infoscreen_core.domain.media.words import failure_sentence
from infoscreen_core.domain.text.wording import DayList, Sentence
from infoscreen_core.services.events.contents.concern_words import concern_sentence
from infoscreen_core.services.events.event_contents import Emptiness, Empty
from infoscreen_core.services.events.event_verdicts import GroupVerdict, Meetings, Rival, Verdict


def verdict_sentences(verdict: Verdict, groups: Mapping[int, str]) -> list[Sentence]:
    """Return the verdict in sentences; `groups` are named where there are several."""
    if verdict.is_off:
        return [Sentence("It will not be seen: it is switched off.")]
    if not verdict.groups:
        return [Sentence("It will not be seen: it has no date to come.")]
    told = _by_group(verdict, groups)
    told = [*told, *map(empty_sentence, verdict.empties), *map(concern_sentence, verdict.concerns)]
    if verdict.until is not None:
        told.append(Sentence("Looked at until {until}.", until=verdict.until.date()))
    return told


def warnings_of(verdict: Verdict, groups: Mapping[int, str]) -> list[Sentence]:
    """Return the verdict's sentences if the event is not seen on all its dates, else none."""
    return [] if verdict.is_clear else verdict_sentences(verdict, groups)


def _by_group(verdict: Verdict, groups: Mapping[int, str]) -> list[Sentence]:
    lists = [_group_sentences(one, verdict) for one in verdict.groups]
    if all(one == lists[0] for one in lists):
        return lists[0]
    return [
        Sentence("{group}: {sentence}", group=groups.get(one.group_id, "?"), sentence=sentence)
        for one, sentences in zip(verdict.groups, lists, strict=True)
        for sentence in sentences
    ]


def _group_sentences(group: GroupVerdict, verdict: Verdict) -> list[Sentence]:
    steps_back = is_background(verdict)
    told = [_seen(group, verdict, steps_back=steps_back and bool(group.cut))]
    if group.cut and not steps_back and (group.dates > 1):
        told.append(
            Sentence(
                "On {days} it is seen only in part, because {because}.",
                days=_days(group.cut),
                because=_because(group.cut, verdict),
            )
        )
    if group.displaces:
        told.append(_displaces(group.displaces))
    if not group.has_screens:
        told.append(no_screens())
    return told


def no_screens() -> Sentence:
    """Return that whatever is planned for the group, nobody sees it."""
    return Sentence("The group has no screen in service.")


def empty_sentence(empty: Empty) -> Sentence:
    """Return what is not shown, and what helps."""
    match empty.kind:
        case Emptiness.NO_FILE:
            return Sentence("But there is nothing to show: choose a file.")
        case Emptiness.NO_ADDRESS:
            return Sentence("But there is nothing to show: it has no address.")
        case Emptiness.NO_TEXT:
            return Sentence("But there is nothing to show: it has no text.")
        case Emptiness.EMPTY_TYPE:
            return Sentence("But there is nothing to show: its type has no content.")
        case _:
            return _unshown_file(empty)


def _unshown_file(empty: Empty) -> Sentence:
    match empty.kind:
        case Emptiness.CONVERSION_FAILED:
            return Sentence(
                "But {file} could not be converted for the screens. {because}",
                file=empty.file,
                because=failure_sentence(empty.failure),
            )
        case Emptiness.EXPIRED:
            return Sentence(
                "But {file} is not shown any more then: its last day is {day}.",
                file=empty.file,
                day=empty.last_day,
            )
        case _:
            return Sentence(
                "But {file} waits for its conversion; it is shown once that is done.",
                file=empty.file,
            )


def _seen(group: GroupVerdict, verdict: Verdict, *, steps_back: bool) -> Sentence:
    if group.unseen:
        return _unseen(group, verdict)
    if group.dates > 1:
        if steps_back:
            return Sentence(
                "It is seen on all {dates} dates and steps back while others are on.",
                dates=group.dates,
            )
        return Sentence("It is seen on all {dates} dates.", dates=group.dates)
    if steps_back:
        return Sentence("It is seen as planned and steps back while others are on.")
    if group.cut:
        because = _because(group.cut, verdict)
        return Sentence("It is seen only in part, because {because}.", because=because)
    return Sentence("It is seen as planned.")


def _unseen(group: GroupVerdict, verdict: Verdict) -> Sentence:
    because = _because(group.unseen, verdict)
    missed = len(group.unseen.days)
    if group.dates == 1:
        return Sentence("It will not be seen, because {because}.", because=because)
    if missed >= group.dates:
        return Sentence(
            "It is seen on none of {dates} dates, because {because}.",
            dates=group.dates,
            because=because,
        )
    return Sentence(
        "It is seen on {seen} of {dates} dates; not on {days}, because {because}.",
        seen=group.dates - missed,
        dates=group.dates,
        days=_days(group.unseen),
        because=because,
    )


def _because(meetings: Meetings, verdict: Verdict) -> Sentence:
    reason = _reason(meetings.rivals[0], verdict.priority)
    if (more := len(meetings.rivals) - 1) > 0:
        return Sentence("{reason} (and {n} more)", reason=reason, n=more)
    return reason


def _reason(rival: Rival, priority: int) -> Sentence:
    title = rival.title
    if rival.priority >= Priority.EMERGENCY:
        return Sentence("the emergency “{title}” is alone on the screens", title=title)
    if rival.priority > priority:
        return Sentence("“{title}” has the higher priority", title=title)
    if rival.start < rival.own_start:
        return Sentence("“{title}” has the same priority and begins earlier", title=title)
    return Sentence("“{title}” has the same priority and was planned first", title=title)


def _days(meetings: Meetings) -> DayList:
    return DayList(tuple(dict.fromkeys(meetings.days)))


def _displaces(meetings: Meetings) -> Sentence:
    title, days = meetings.rivals[0].title, _days(meetings)
    if (more := len(meetings.rivals) - 1) > 0:
        return Sentence(
            "“{title}” and {n} more stand behind it on {days}.", title=title, n=more, days=days
        )
    return Sentence("“{title}” stands behind it on {days}.", title=title, days=days)
