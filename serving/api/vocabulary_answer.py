"""What is told of a vocabulary; OpenAPI is made from this class."""

from pydantic import BaseModel


class VocabularyEntry(BaseModel):
    """One word of a vocabulary."""

    id: str
    en: str
    fr: str
