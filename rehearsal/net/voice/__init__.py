"""Does a call to a hotline's number come through, in sound and keys, and how many at once?"""
