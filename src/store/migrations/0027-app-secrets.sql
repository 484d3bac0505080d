-- Secrets that an app was given, sealed. Releases hold the values that they were deployed with.
CREATE TABLE app_secrets (
  app_id INTEGER NOT NULL REFERENCES apps (id) ON DELETE CASCADE,
  name TEXT NOT NULL,
  value TEXT NOT NULL,
  updated_at INTEGER NOT NULL,
  updated_by INTEGER NOT NULL,
  PRIMARY KEY (app_id, name)
) STRICT;
