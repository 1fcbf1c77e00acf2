"""`python -m bench`: fills a PostgreSQL database as it looks after years of use, and measures the main pages over HTTP.

Reading order: `__main__`, `seed/`, `pages` (what is measured and its target), `web` (how).
"""
