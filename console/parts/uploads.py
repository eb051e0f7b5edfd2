"""Files that people hand in to be read.

Streamlit refuses a file of another kind or size by an icon with an English tooltip. So every kind
is let in, and sizes well beyond the limits: the core says in a sentence what is wrong with a file,
and what to choose instead.
"""

from typing import Final

MOST_MEBIBYTES: Final = 50
"""A file is held in memory while it is looked at."""
