"""Who lives at the tests' XMPP servers?"""

GUESTS = "guests.example"  # anyone signs on, and may open a room
MEMBERS = "members.example"  # with an account only, and only the chair opens rooms
ROOM_OF = {domain: f"conference.{domain}" for domain in (GUESTS, MEMBERS)}
CHAIR, UNIT = "chair", "unit"
ACCOUNTS = (CHAIR, UNIT)
SECRET = "hai phong 2025"
SEATS = 5  # of a room among members, once its chair has said so
