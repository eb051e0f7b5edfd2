"""The report of a month: everything that a school wants to know of it, read at once."""
