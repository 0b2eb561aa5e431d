"""Are a unit's documents signed by whom they should be, and will they still be next month?"""
