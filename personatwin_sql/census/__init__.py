"""How many people of a population are alike, from the county tables of the US Census Bureau."""
