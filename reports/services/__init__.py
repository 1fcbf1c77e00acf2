"""Writing: ordering reports, releasing statistics, keeping queries."""
