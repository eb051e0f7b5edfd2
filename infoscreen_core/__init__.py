"""The core: models, recurrence, command logic and every other rule of infoscreen."""
