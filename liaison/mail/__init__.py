"""Mail that comes in: bounces, and answers to what was sent."""
