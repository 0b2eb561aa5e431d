"""What does a trial cost, beside the tools that others use for parts of it?"""
