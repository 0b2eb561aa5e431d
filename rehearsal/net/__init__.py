"""The only doors to the wire: names, TCP, TLS, HTTP, WebSocket and what they carry."""
