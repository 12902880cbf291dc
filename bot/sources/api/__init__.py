"""Sources that read one platform's JSON API each; `reviewbot new-source` writes a new one."""
