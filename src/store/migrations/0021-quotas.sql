-- Limits of a person's own, as a JSON object; NULL = as for everybody.
ALTER TABLE users ADD COLUMN quota TEXT;
