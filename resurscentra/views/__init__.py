"""Pages of centres, lägesbilder and statistics returns: one module for each."""
