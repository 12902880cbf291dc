"""Ordinary clusters and smear campaigns, and how often each is called a possible smear campaign."""
