"""Reading the chain, each within the user's reach: one module for each aggregate."""
