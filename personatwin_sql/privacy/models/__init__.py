"""Privacy models: what a class of people must be like before it is published, beyond its size."""
