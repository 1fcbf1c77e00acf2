"""The pages of the support line."""
