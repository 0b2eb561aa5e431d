"""How is sound sent and heard in a meeting, and what did the way do to it?"""
