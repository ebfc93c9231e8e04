"""Updates made up from the Bot API's table of types, and what the bot may say to them."""
