"""Recoding that differs by class: each class of people publishes each column as finely as it can."""
