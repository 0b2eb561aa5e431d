"""Can one call by SIP, over any of its transports, be placed and ended? (RFC 3261)"""
