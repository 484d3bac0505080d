-- Times are milliseconds since the epoch. JSON documents are TEXT. Ids of people and apps are never used twice.

CREATE TABLE users (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  name TEXT NOT NULL UNIQUE COLLATE NOCASE,
  role TEXT NOT NULL CHECK (role IN ('admin', 'user')),
  created_at INTEGER NOT NULL,
  is_disabled INTEGER NOT NULL DEFAULT 0 CHECK (is_disabled IN (0, 1))
) STRICT;

CREATE TABLE tokens (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  user_id INTEGER NOT NULL REFERENCES users (id) ON DELETE CASCADE,
  name TEXT NOT NULL,
  hash TEXT NOT NULL UNIQUE,
  created_at INTEGER NOT NULL,
  expires_at INTEGER,
  last_used_at INTEGER
) STRICT;
CREATE INDEX tokens_of_user ON tokens (user_id);

CREATE TABLE settings (
  key TEXT PRIMARY KEY,
  value TEXT NOT NULL
) STRICT, WITHOUT ROWID;

-- Allots app ids, and remembers who owned what after an app is gone, so that its history stays with its owner.
CREATE TABLE app_owners (
  app_id INTEGER PRIMARY KEY AUTOINCREMENT,
  owner_id INTEGER NOT NULL REFERENCES users (id)
) STRICT;

CREATE TABLE apps (
  id INTEGER PRIMARY KEY REFERENCES app_owners (app_id),
  name TEXT NOT NULL,
  unique_name TEXT NOT NULL UNIQUE,
  owner_id INTEGER NOT NULL REFERENCES users (id),
  intent TEXT NOT NULL CHECK (intent IN ('running', 'stopped', 'deleted')),
  release_number INTEGER,
  stable_release_number INTEGER,
  created_at INTEGER NOT NULL,
  updated_at INTEGER NOT NULL,
  revision INTEGER NOT NULL
) STRICT;
CREATE INDEX apps_of_owner ON apps (owner_id);
CREATE INDEX apps_by_name ON apps (name);

CREATE TABLE releases (
  app_id INTEGER NOT NULL REFERENCES apps (id) ON DELETE CASCADE,
  number INTEGER NOT NULL,
  project TEXT NOT NULL,
  images TEXT NOT NULL,
  restarts TEXT NOT NULL,
  created_at INTEGER NOT NULL,
  created_by INTEGER NOT NULL REFERENCES users (id),
  PRIMARY KEY (app_id, number)
) STRICT;

CREATE TABLE targets (
  app_id INTEGER NOT NULL REFERENCES apps (id) ON DELETE CASCADE,
  service TEXT NOT NULL,
  replicas INTEGER NOT NULL CHECK (replicas >= 0),
  updated_at INTEGER NOT NULL,
  PRIMARY KEY (app_id, service)
) STRICT;

-- Operations outlive their app: the one that deleted it must be found again.
CREATE TABLE operations (
  seq INTEGER PRIMARY KEY AUTOINCREMENT,
  id TEXT NOT NULL UNIQUE,
  kind TEXT NOT NULL,
  app_id INTEGER NOT NULL,
  user_id INTEGER NOT NULL REFERENCES users (id),
  status TEXT NOT NULL CHECK (status IN ('queued', 'running', 'succeeded', 'failed', 'cancelled')),
  created_at INTEGER NOT NULL,
  ended_at INTEGER,
  error TEXT,
  result TEXT,
  input TEXT,
  last_event_seq INTEGER NOT NULL DEFAULT 0
) STRICT;
CREATE INDEX operations_of_app ON operations (app_id, seq);
CREATE INDEX operations_open ON operations (seq) WHERE status IN ('queued', 'running');

CREATE TABLE operation_events (
  position INTEGER PRIMARY KEY AUTOINCREMENT,
  operation_id TEXT NOT NULL REFERENCES operations (id) ON DELETE CASCADE,
  seq INTEGER NOT NULL,
  at INTEGER NOT NULL,
  step TEXT NOT NULL,
  state TEXT NOT NULL CHECK (state IN ('started', 'progress', 'done', 'failed')),
  text TEXT NOT NULL,
  data TEXT NOT NULL,
  UNIQUE (operation_id, seq)
) STRICT;

-- The ledger: rows are added, and only an effect or a repetition may be filled in later.
CREATE TABLE decisions (
  seq INTEGER PRIMARY KEY AUTOINCREMENT,
  id TEXT NOT NULL UNIQUE,
  at INTEGER NOT NULL,
  app_id INTEGER NOT NULL,
  owner_id INTEGER,
  app TEXT NOT NULL,
  service TEXT NOT NULL,
  family TEXT NOT NULL,
  trigger TEXT NOT NULL,
  verdict TEXT NOT NULL,
  replicas_from INTEGER NOT NULL,
  replicas_to INTEGER NOT NULL,
  reason TEXT NOT NULL,
  policy_revision TEXT,
  bounds TEXT NOT NULL,
  clamps TEXT NOT NULL,
  alert TEXT,
  question TEXT,
  answer TEXT,
  effect_status TEXT NOT NULL,
  effect TEXT NOT NULL,
  repeats INTEGER NOT NULL,
  last_at INTEGER NOT NULL
) STRICT;
CREATE INDEX decisions_of_service ON decisions (app_id, service, family, seq);
CREATE INDEX decisions_of_owner ON decisions (owner_id, seq);
CREATE INDEX decisions_pending ON decisions (seq) WHERE effect_status = 'pending';

CREATE TRIGGER decisions_stay BEFORE DELETE ON decisions
BEGIN
  SELECT RAISE (ABORT, 'decisions are never removed');
END;
CREATE TRIGGER decisions_are_final BEFORE UPDATE OF
  seq, id, at, app_id, owner_id, app, service, family, trigger, verdict, replicas_from, replicas_to, reason,
  policy_revision, bounds, clamps, alert, question, answer
ON decisions
BEGIN
  SELECT RAISE (ABORT, 'decisions are never rewritten');
END;

CREATE TABLE alerts (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  key TEXT NOT NULL UNIQUE,
  fingerprint TEXT NOT NULL,
  status TEXT NOT NULL CHECK (status IN ('firing', 'resolved')),
  name TEXT NOT NULL,
  severity TEXT NOT NULL,
  app TEXT,
  service TEXT,
  labels TEXT NOT NULL,
  annotations TEXT NOT NULL,
  starts_at INTEGER NOT NULL,
  ends_at INTEGER,
  received_at INTEGER NOT NULL,
  outcome TEXT NOT NULL
) STRICT;
CREATE INDEX alerts_pending ON alerts (id) WHERE outcome ->> 'kind' = 'pending';
CREATE INDEX alerts_of_service ON alerts (app, service, fingerprint, starts_at);

CREATE TABLE scans (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  image_id TEXT NOT NULL,
  state TEXT NOT NULL,
  packages INTEGER NOT NULL,
  findings TEXT NOT NULL,
  sbom TEXT,
  scanner TEXT NOT NULL,
  database_at INTEGER,
  reason TEXT,
  started_at INTEGER NOT NULL,
  took_ms INTEGER NOT NULL
) STRICT;
CREATE INDEX scans_of_image ON scans (image_id, id);

CREATE TABLE loads (
  id TEXT PRIMARY KEY,
  app_id INTEGER NOT NULL REFERENCES apps (id) ON DELETE CASCADE,
  spec TEXT NOT NULL,
  report TEXT,
  created_at INTEGER NOT NULL
) STRICT;
CREATE INDEX loads_of_app ON loads (app_id);

CREATE TABLE feed (
  seq INTEGER PRIMARY KEY AUTOINCREMENT,
  at INTEGER NOT NULL,
  kind TEXT NOT NULL,
  app_id INTEGER,
  owner_id INTEGER,
  app TEXT,
  text TEXT NOT NULL,
  data TEXT NOT NULL
) STRICT;
