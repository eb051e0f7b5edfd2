"""What screens report and how they do: reads, bulk writes, and the record."""
