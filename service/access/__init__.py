"""Who may use the service, and what for: keys, tokens, sessions, sign-in, rate limits."""
