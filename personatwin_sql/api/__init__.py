"""What Python programs call: the same pipe as the command line, with tables in and tables out."""
