"""Statistics, figures and reports, made from what the apps below publish through their selectors."""
