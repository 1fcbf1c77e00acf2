"""Pages of statistics and reports: one module for each kind."""
