-- Alerts that cause no action for a while, and of which nobody is told.
CREATE TABLE silences (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  app_id INTEGER NOT NULL REFERENCES apps (id) ON DELETE CASCADE,
  kind TEXT NOT NULL CHECK (kind IN ('silence', 'maintenance')),
  service TEXT,
  alert TEXT,
  until INTEGER NOT NULL,
  reason TEXT NOT NULL,
  made_by TEXT NOT NULL,
  created_at INTEGER NOT NULL,
  ended_at INTEGER
) STRICT;
CREATE INDEX silences_of_app ON silences (app_id, id);
CREATE INDEX silences_open ON silences (until) WHERE ended_at IS NULL;
