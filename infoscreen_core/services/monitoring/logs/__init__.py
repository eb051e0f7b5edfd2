"""Log lines for readers: the latest, what is looked for, files to take away."""
