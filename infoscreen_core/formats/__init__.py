"""Readers and writers of other people's files. They take and return values: no session, no clock.

iCalendar in: `ical_reader` finds the events of a file and their properties; `ical_entries` says
what each one means, with `ical_moments` for dates, times and zones; `ical_revisions` tells the
newer of two states. iCalendar out: `ical_writer`, with `vtimezone` for the description of a zone.
Holidays in: `holiday_file` finds out which format a file has; `holiday_table` and `holiday_ical`
read it; `holiday_data` asks an installed package instead. CSV out: `csv_writer`.
"""
