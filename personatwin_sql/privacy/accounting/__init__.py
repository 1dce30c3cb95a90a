"""What noise costs in privacy, and how much noise a budget asks for. No data come near."""
