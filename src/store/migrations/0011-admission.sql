-- What administrators changed of the admission policies' modes and parameters; each change is a version.
CREATE TABLE admission_settings (
  version INTEGER PRIMARY KEY AUTOINCREMENT,
  modes TEXT NOT NULL,
  params TEXT NOT NULL,
  created_at INTEGER NOT NULL,
  created_by INTEGER NOT NULL
) STRICT;

CREATE TABLE admission_exceptions (
  id TEXT PRIMARY KEY,
  policy TEXT NOT NULL,
  app TEXT,
  service TEXT,
  reason TEXT NOT NULL,
  expires_at INTEGER NOT NULL,
  created_at INTEGER NOT NULL,
  created_by INTEGER NOT NULL
) STRICT;

-- What was found when it was asked whether something may run. Stays when the app goes.
CREATE TABLE admissions (
  id TEXT PRIMARY KEY,
  at INTEGER NOT NULL,
  app_id INTEGER,
  app TEXT NOT NULL,
  action TEXT NOT NULL,
  user_id INTEGER NOT NULL,
  is_allowed INTEGER NOT NULL,
  policy_revision TEXT NOT NULL,
  settings_version INTEGER NOT NULL,
  violations TEXT NOT NULL
) STRICT;
CREATE INDEX admissions_of_app ON admissions (app_id, at);

-- Vulnerabilities that administrators have taken upon them.
CREATE TABLE scan_waivers (
  id TEXT PRIMARY KEY,
  finding TEXT NOT NULL,
  app TEXT,
  package TEXT,
  reason TEXT NOT NULL,
  expires_at INTEGER NOT NULL,
  created_at INTEGER NOT NULL,
  created_by INTEGER NOT NULL
) STRICT;

-- The folder that relative paths of the file began at.
ALTER TABLE releases ADD COLUMN root TEXT;

ALTER TABLE scans ADD COLUMN is_end_of_life INTEGER NOT NULL DEFAULT 0;
