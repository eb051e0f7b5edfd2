"""A believable past for screens that have none: the demo's, and those of benchmarks."""
