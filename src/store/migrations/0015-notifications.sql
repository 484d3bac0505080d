-- What people are told, where, and what is still on its way.
CREATE TABLE notices (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  key TEXT NOT NULL,
  kind TEXT NOT NULL,
  severity TEXT NOT NULL CHECK (severity IN ('info', 'warning', 'critical')),
  state TEXT NOT NULL CHECK (state IN ('open', 'over', 'once')),
  app_id INTEGER,
  owner_id INTEGER,
  app TEXT,
  service TEXT,
  title TEXT NOT NULL,
  text TEXT NOT NULL,
  labels TEXT NOT NULL,
  at INTEGER NOT NULL,
  last_at INTEGER NOT NULL,
  over_at INTEGER,
  times INTEGER NOT NULL
) STRICT;
CREATE INDEX notices_of_key ON notices (key, id);
CREATE INDEX notices_open ON notices (id) WHERE state = 'open';

CREATE TABLE inbox_marks (
  user_id INTEGER PRIMARY KEY REFERENCES users (id) ON DELETE CASCADE,
  read_to INTEGER NOT NULL
) STRICT;

CREATE TABLE notification_targets (
  id TEXT PRIMARY KEY,
  user_id INTEGER NOT NULL REFERENCES users (id) ON DELETE CASCADE,
  app_id INTEGER REFERENCES apps (id) ON DELETE CASCADE,
  name TEXT NOT NULL,
  kind TEXT NOT NULL,
  settings TEXT NOT NULL,
  -- Encrypted with a key of the data folder; nobody is shown it again.
  secret TEXT,
  wants TEXT NOT NULL,
  pace TEXT NOT NULL,
  created_at INTEGER NOT NULL,
  UNIQUE (user_id, name)
) STRICT, WITHOUT ROWID;

-- When a target was last told of a condition.
CREATE TABLE notices_told (
  target_id TEXT NOT NULL REFERENCES notification_targets (id) ON DELETE CASCADE,
  key TEXT NOT NULL,
  at INTEGER NOT NULL,
  PRIMARY KEY (target_id, key)
) STRICT, WITHOUT ROWID;

CREATE TABLE notification_messages (
  id TEXT PRIMARY KEY,
  target_id TEXT NOT NULL REFERENCES notification_targets (id) ON DELETE CASCADE,
  group_key TEXT NOT NULL,
  items TEXT NOT NULL,
  state TEXT NOT NULL CHECK (state IN ('waiting', 'sent', 'failed')),
  attempts INTEGER NOT NULL,
  due_at INTEGER NOT NULL,
  error TEXT,
  created_at INTEGER NOT NULL,
  ended_at INTEGER
) STRICT, WITHOUT ROWID;
CREATE INDEX messages_of_target ON notification_messages (target_id, created_at);
CREATE INDEX messages_waiting ON notification_messages (due_at) WHERE state = 'waiting';
