"""The only room that speaks to a database: sessions, sources, functions, materialization, measuring."""
