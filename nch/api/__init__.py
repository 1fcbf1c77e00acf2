"""The open interfaces: routing, problem details, description, and the statistics API."""
