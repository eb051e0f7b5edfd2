"""Files of the library and of holidays, as they come over the API and as it tells of them."""
