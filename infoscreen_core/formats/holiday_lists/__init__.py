"""Lists of holidays as schools, offices and programs write them: tables and calendars."""
