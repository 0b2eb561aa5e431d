"""How does a document travel between the city and a unit? edXML, QCVN 102:2016/BTTTT.

What the regulation's public users agree on, and what is our own assumption, is told in
`docs/contracts/documents.openapi.yaml`.
"""
