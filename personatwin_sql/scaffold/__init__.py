"""Around a project: make a new one from files, look after an old one."""
