"""`python -m personatwin_sql` is `personatwin`."""

from personatwin_sql.cli import main

if __name__ == "__main__":
    main()
