"""Every word of a report, one TOML file for each language."""
