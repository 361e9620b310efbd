"""The search for what the times of a camera mean that plays another time than it is asked for."""
