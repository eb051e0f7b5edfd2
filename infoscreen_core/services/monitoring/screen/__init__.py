"""One screen's past and present: what became of it, and why."""
