-- What people set of a service's scaling beside its release.
CREATE TABLE scaling_controls (
  app_id INTEGER NOT NULL REFERENCES apps (id) ON DELETE CASCADE,
  service TEXT NOT NULL,
  mode TEXT CHECK (mode IN ('auto', 'dry-run', 'paused')),
  mode_by TEXT,
  override TEXT,
  override_until INTEGER,
  PRIMARY KEY (app_id, service)
) STRICT, WITHOUT ROWID;
CREATE INDEX overrides_ending ON scaling_controls (override_until) WHERE override_until IS NOT NULL;

CREATE TABLE scaling_schedules (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  app_id INTEGER NOT NULL REFERENCES apps (id) ON DELETE CASCADE,
  service TEXT NOT NULL,
  cron TEXT NOT NULL,
  time_zone TEXT NOT NULL,
  duration_ms INTEGER NOT NULL CHECK (duration_ms > 0),
  min INTEGER NOT NULL CHECK (min >= 0),
  max INTEGER NOT NULL CHECK (max >= min),
  created_by TEXT NOT NULL,
  created_at INTEGER NOT NULL
) STRICT;
CREATE INDEX schedules_of_service ON scaling_schedules (app_id, service);

-- What bounded a decision beside its question; null for rows of before, and for those no policy made.
ALTER TABLE decisions ADD COLUMN steering TEXT;
DROP TRIGGER decisions_are_final;
CREATE TRIGGER decisions_are_final BEFORE UPDATE OF
  seq, id, at, app_id, owner_id, app, service, family, trigger, verdict, replicas_from, replicas_to, reason,
  policy_revision, bounds, clamps, steering, alert, question, answer
ON decisions
BEGIN
  SELECT RAISE (ABORT, 'decisions are never rewritten');
END;
