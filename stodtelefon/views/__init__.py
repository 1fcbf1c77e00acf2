"""Pages of the support line."""
