"""The author's SELECT becomes the SQL of its protection, and the guarantee is read back out of it."""
