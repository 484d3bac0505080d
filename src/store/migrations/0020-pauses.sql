-- A deployment that was made to stop before its next step.
CREATE TABLE pauses (
  app_id INTEGER PRIMARY KEY REFERENCES apps (id) ON DELETE CASCADE,
  operation_id TEXT NOT NULL REFERENCES operations (id) ON DELETE CASCADE,
  paused_at INTEGER NOT NULL,
  user_id INTEGER NOT NULL
) STRICT;
