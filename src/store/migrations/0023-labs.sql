-- Tries of guided labs: of each person and lab the newest counts.
CREATE TABLE lab_runs (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  user_id INTEGER NOT NULL REFERENCES users (id) ON DELETE CASCADE,
  lab TEXT NOT NULL,
  started_at INTEGER NOT NULL,
  passed TEXT NOT NULL DEFAULT '{}',
  hints TEXT NOT NULL DEFAULT '{}'
) STRICT;
CREATE INDEX lab_runs_of_person ON lab_runs (user_id, lab, id);
