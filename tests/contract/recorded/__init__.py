"""The kit of the contract's suite: recorded cases, the platform that plays them, and what they are checked with."""
