"""What a person sees of an answer: in Telegram, in a terminal and on the command line."""
