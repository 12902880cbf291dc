"""Commands about sources: Google, the mailbox, and a new one."""
