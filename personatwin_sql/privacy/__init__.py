"""Arithmetic only: risk, information loss and the search of generalization levels, over integer codes."""
