-- Saved policies: of the platform (app_id null) and of single apps. Files never change.
CREATE TABLE policy_revisions (
  app_id INTEGER REFERENCES apps (id) ON DELETE CASCADE,
  kind TEXT NOT NULL CHECK (kind IN ('scaling', 'healing')),
  number INTEGER NOT NULL CHECK (number > 0),
  revision TEXT NOT NULL,
  files TEXT NOT NULL,
  note TEXT NOT NULL,
  created_by TEXT NOT NULL,
  created_at INTEGER NOT NULL
) STRICT;
CREATE UNIQUE INDEX policy_revisions_by_number ON policy_revisions (coalesce(app_id, 0), kind, number);

-- What was in force since when; the newest row of an app and kind counts, number null = none of its own.
CREATE TABLE policy_activations (
  seq INTEGER PRIMARY KEY AUTOINCREMENT,
  app_id INTEGER REFERENCES apps (id) ON DELETE CASCADE,
  kind TEXT NOT NULL CHECK (kind IN ('scaling', 'healing')),
  number INTEGER,
  revision TEXT,
  note TEXT NOT NULL,
  activated_by TEXT NOT NULL,
  activated_at INTEGER NOT NULL
) STRICT;
CREATE INDEX policy_activations_newest ON policy_activations (coalesce(app_id, 0), kind, seq);

-- Every text that ever decided, by its digest, so that any decision can be replayed by the policy that made it.
CREATE TABLE policy_texts (
  kind TEXT NOT NULL CHECK (kind IN ('scaling', 'healing')),
  revision TEXT NOT NULL,
  rego TEXT NOT NULL,
  settings TEXT NOT NULL,
  kept_at INTEGER NOT NULL,
  PRIMARY KEY (kind, revision)
) STRICT, WITHOUT ROWID;
