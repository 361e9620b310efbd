"""What all witnesses together say of the time of one fetch, and whether all of its footage came."""
