"""What may leave, and how: the gate, the manifest, publishing and the reports."""
