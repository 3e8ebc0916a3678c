"""The pages of the help centre: for readers (`public`, `pictures`), and for the staff who write (`writing` and on)."""
