"""Measures burgee and its peer in CPython."""
