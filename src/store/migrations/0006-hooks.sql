-- Deploy hooks: who has the secret of one may bring new images to its app, and nothing else. Secrets are not kept; they are
-- derived from the id.
CREATE TABLE hooks (
  id TEXT PRIMARY KEY,
  app_id INTEGER NOT NULL REFERENCES apps (id) ON DELETE CASCADE,
  user_id INTEGER NOT NULL REFERENCES users (id),
  name TEXT NOT NULL,
  service TEXT,
  is_any_image INTEGER NOT NULL CHECK (is_any_image IN (0, 1)),
  created_at INTEGER NOT NULL,
  last_used_at INTEGER
) STRICT, WITHOUT ROWID;
CREATE INDEX hooks_of_app ON hooks (app_id, created_at);
