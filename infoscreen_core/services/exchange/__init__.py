"""Calendars out and in.

Out: `calendar_feeds` makes and checks the links, `calendar_export` writes what they lead to; the
route `console.web.feeds` calls both. In: `event_import` takes the events of a file into a group,
with `event_import_drafts` for single events and `event_import_exceptions` for occurrences of
series; the console's import panel and `infoscreen event import` call it. `views` holds what they
all get back.
"""
