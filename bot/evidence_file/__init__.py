"""The evidence of an incident as one file: tables, a page to read, and hashes. Made here, sent to nobody else."""
