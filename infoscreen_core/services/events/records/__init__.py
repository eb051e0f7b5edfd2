"""Events as programs read and write them: whole, page by page, and by single fields."""
