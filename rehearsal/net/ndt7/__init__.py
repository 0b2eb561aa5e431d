"""How much does a line carry each way, and how long does a call wait beside the load?"""
