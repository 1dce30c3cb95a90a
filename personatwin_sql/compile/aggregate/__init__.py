"""Aggregates over people on their way to differential privacy: read into parts, or refused."""
