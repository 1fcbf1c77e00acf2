"""The tables: one module each, with `TABLE`."""
