"""Signs of life: health checks that we make, and heartbeats that a partner sends."""
