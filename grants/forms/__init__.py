"""What people fill in along the chain: one module for each step."""
