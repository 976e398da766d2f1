"""How the package is at home in frameworks; each module is imported when its framework is there."""
