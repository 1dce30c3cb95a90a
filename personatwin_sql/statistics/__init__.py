"""Arithmetic of what a release says: rates, how far groups differ, and how sure that is."""
