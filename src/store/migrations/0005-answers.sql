-- What was answered to a change that brought an Idempotency-Key, sealed with that key, which is not kept itself.
CREATE TABLE answers (
  user_id INTEGER NOT NULL REFERENCES users (id) ON DELETE CASCADE,
  key_hash TEXT NOT NULL,
  request_hash TEXT NOT NULL,
  sealed TEXT NOT NULL,
  at INTEGER NOT NULL,
  PRIMARY KEY (user_id, key_hash)
) STRICT, WITHOUT ROWID;
CREATE INDEX answers_by_age ON answers (at);
