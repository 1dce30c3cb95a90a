"""PersonaTwin SQL: a folder of YAML and SQL becomes a database that is safe to share."""

__version__ = "0.1.0"
