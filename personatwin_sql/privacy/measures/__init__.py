"""Losses that a search can make least: what a node loses, and what is known of others by it."""
