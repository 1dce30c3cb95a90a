"""What people write, validated, with the file, line and column of every part."""
