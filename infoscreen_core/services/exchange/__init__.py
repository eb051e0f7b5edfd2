"""Calendars out and in.

Out: `calendar_feeds` makes and checks the links, `calendar_export` writes what they lead to; the
route `console.web.feeds` calls both. In: `event_import` takes the events of a file into a group;
the console's import panel and `infoscreen event import` call it. It finds what is here already
(`event_import_known`), writes events and series (`event_import_series`) and single dates of them
(`event_import_dates`), and follows what a file says of events that it does not hold
(`event_import_loose`). `event_import_drafts` makes drafts, `event_import_rows` what people are told
of each event, and `event_import_task` is what they all share. `views` holds what readers get back.
"""
