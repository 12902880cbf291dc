"""Commands about incidents: those that were, those that would have been, and how easily a place alarms."""
