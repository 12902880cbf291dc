"""/menu and /settings: the pages of one message that is edited by buttons alone, and the facts they show."""
