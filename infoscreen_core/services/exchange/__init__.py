"""Calendars out and in.

Out: `calendar_feeds` makes and checks the links, `calendar_export` writes what they lead to; the
route `console.web.feeds` calls both. In: `event_import` takes the events of a file into a group;
the console's import panel and `infoscreen event import` call it. It finds what is here already
(`event_import_known`), writes events and series (`event_import_series`) and single dates of them
(`event_import_dates`), and follows what a file says of events that it does not hold
(`event_import_loose`). `event_import_drafts` makes drafts, `event_import_rows` what people are told
of each event, and `event_import_task` is what they all share.

Again and again: `calendar_subscriptions` adds and removes calendars that a group follows,
`subscription_access` keeps their addresses secret, and `subscription_reading` claims, fetches and
stores; the worker `fetcher`, the console and `infoscreen subscription` call it.
`subscription_import` makes the group hold what the calendar holds, `subscription_matching` knows
its events again when their UIDs change. `views` and `subscription_views` hold what readers get.
"""
