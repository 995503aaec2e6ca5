"""The program and its record: the audit file, what is folded from it, and the front ends."""

__version__ = "0.1.0"
