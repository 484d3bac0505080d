-- Each change of an app's own rules is a version of the whole set; a rollback is a new version like an old one.
CREATE TABLE rule_sets (
  app_id INTEGER NOT NULL REFERENCES apps (id) ON DELETE CASCADE,
  version INTEGER NOT NULL,
  rules TEXT NOT NULL,
  note TEXT NOT NULL,
  created_by TEXT NOT NULL,
  created_at INTEGER NOT NULL,
  PRIMARY KEY (app_id, version)
) STRICT, WITHOUT ROWID;
