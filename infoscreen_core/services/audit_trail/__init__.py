"""Reading the audit trail, sealing it, and finding out whether somebody changed it."""
