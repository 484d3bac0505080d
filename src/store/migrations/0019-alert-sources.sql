-- Other monitoring systems that tell alerts.
CREATE TABLE alert_sources (
  id TEXT PRIMARY KEY,
  name TEXT NOT NULL,
  user_id INTEGER NOT NULL REFERENCES users (id) ON DELETE CASCADE,
  format TEXT NOT NULL CHECK (format IN ('alertmanager', 'grafana', 'generic')),
  mapping TEXT,
  hash TEXT NOT NULL,
  created_at INTEGER NOT NULL,
  last_used_at INTEGER,
  UNIQUE (user_id, name)
) STRICT, WITHOUT ROWID;
