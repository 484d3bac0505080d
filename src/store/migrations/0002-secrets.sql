-- Secrets whose values come from the environment: name → value, never shown; and name → the release that brought the value.
ALTER TABLE releases ADD COLUMN secrets TEXT NOT NULL DEFAULT '{}';
ALTER TABLE releases ADD COLUMN secret_versions TEXT NOT NULL DEFAULT '{}';
