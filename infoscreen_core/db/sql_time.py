"""Arithmetic on stored instants that each database writes in its own words."""

from sqlalchemy import BigInteger

from infoscreen_core.db.sql_words import OwnWords


class EpochSeconds(OwnWords[int]):
    """Whole seconds from 1970-01-01 00:00 UTC to the instant in a column."""

    name = "epoch_seconds"
    type = BigInteger()
    inherit_cache = True
    sqlite = "CAST(strftime('%s', {0}) AS INTEGER)"
    # Not UNIX_TIMESTAMP: that reads the column in the connection's time zone.
    mariadb = "TIMESTAMPDIFF(SECOND, '1970-01-01', {0})"


class OwnMinute(OwnWords[int]):
    """The minute that the instant in a column lies in, counted from 1970; takes a key as well.

    On MariaDB each key's minutes begin at a second of its own: what is kept by the minute does not
    change for all rows at once. So it may be a minute more than by the clock, and never less.
    """

    name = "own_minute"
    type = BigInteger()
    inherit_cache = True
    sqlite = "CAST(strftime('%s', {0}) AS INTEGER) / 60"
    mariadb = "(TO_SECONDS({0}) - 62167219200 + CRC32({1}) MOD 60) DIV 60"
