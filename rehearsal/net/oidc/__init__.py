"""Can somebody sign on by OpenID Connect, and is what comes back true? (OIDC Core 1.0)"""
