"""Forms of the support line."""
