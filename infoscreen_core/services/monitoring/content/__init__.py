"""What was published for groups, and what their screens showed: written and read here."""
