"""Which model needs which, and how a part of the graph is selected."""
