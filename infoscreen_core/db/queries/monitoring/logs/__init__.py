"""Log lines, their counts and families: writes, sums and what is looked for."""
