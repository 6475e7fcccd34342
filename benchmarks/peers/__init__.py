"""What a user would pick instead, a small file each; none is imported before it is asked for."""
