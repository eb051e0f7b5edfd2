"""`/metrics`: figures for Prometheus, and for whatever else reads its text format."""
