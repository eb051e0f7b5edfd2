"""Files to take away: rows as CSV and Parquet, streamed."""
