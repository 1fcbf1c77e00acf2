"""Pages of centres, lägesbilder, their themes and statistics returns: one module for each."""
