"""The chain's pages: one module for each step."""
