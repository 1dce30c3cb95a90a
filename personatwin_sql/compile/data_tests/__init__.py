"""The tests of a project become SQL: queries of failing rows, and models on invented rows."""
