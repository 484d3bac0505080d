-- People log in by name and password. Who was removed stays, as the author of what they did.
ALTER TABLE users ADD COLUMN password_hash TEXT;
ALTER TABLE users ADD COLUMN removed_at INTEGER;

-- What a token may do: verbs and app ids as JSON lists; NULL = whatever its person may.
ALTER TABLE tokens ADD COLUMN verbs TEXT;
ALTER TABLE tokens ADD COLUMN app_ids TEXT;

CREATE TABLE invitations (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  hash TEXT NOT NULL UNIQUE,
  role TEXT NOT NULL CHECK (role IN ('admin', 'user')),
  created_by INTEGER NOT NULL REFERENCES users (id),
  created_at INTEGER NOT NULL,
  expires_at INTEGER NOT NULL
) STRICT;

-- A browser or an API client that is logged in. The hash is that of its cookie, or of its newest refresh token.
CREATE TABLE logins (
  id TEXT PRIMARY KEY,
  user_id INTEGER NOT NULL REFERENCES users (id) ON DELETE CASCADE,
  kind TEXT NOT NULL CHECK (kind IN ('browser', 'api')),
  hash TEXT NOT NULL UNIQUE,
  address TEXT NOT NULL,
  client TEXT NOT NULL,
  created_at INTEGER NOT NULL,
  seen_at INTEGER NOT NULL,
  idle_at INTEGER NOT NULL,
  expires_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX logins_of_user ON logins (user_id);

-- Refresh tokens that were used; one that comes back was stolen, from either side.
CREATE TABLE spent_refreshes (
  hash TEXT PRIMARY KEY,
  login_id TEXT NOT NULL REFERENCES logins (id) ON DELETE CASCADE
) STRICT, WITHOUT ROWID;
CREATE INDEX spent_refreshes_of_login ON spent_refreshes (login_id);
