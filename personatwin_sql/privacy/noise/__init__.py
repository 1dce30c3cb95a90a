"""Noise: draws from exact laws over whole numbers, by whole-number arithmetic on random bits."""
