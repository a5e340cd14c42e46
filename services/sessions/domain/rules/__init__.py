"""The rules of section 4, a file a family. Every one is a named predicate on `Faits`."""
