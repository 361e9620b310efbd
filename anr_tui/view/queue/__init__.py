"""The gaps that wait to be filled, their order, and the reasons for waiting."""
