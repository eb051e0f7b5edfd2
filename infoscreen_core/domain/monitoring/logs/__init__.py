"""What is known of log lines without asking the database: shapes, filters, counts."""
