"""Statistical disclosure control: what is hidden in tables before anybody outside NCH sees them, proven by attack."""
