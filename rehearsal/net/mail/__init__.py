"""Does a letter leave one's hands and come back? (RFC 5321, 6409, 9051)"""
