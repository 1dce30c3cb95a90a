"""The ledger: what was spent of people's privacy, on disk before any noise is drawn, and never taken back."""
