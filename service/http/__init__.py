"""What holds for each request and answer: security, CORS, proxies, compression."""
