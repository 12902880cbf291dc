"""How much a count of low reviews speaks against the usual: windows of hours, of weeks, and first reviews."""
