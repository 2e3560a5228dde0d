"""The checks of the labs, a file a lab. A check passes quietly or says which mistake it sees."""
