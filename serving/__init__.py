"""The model that answers, and its faces: the API, the form, the file scorer."""
