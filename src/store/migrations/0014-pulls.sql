-- When each image was last asked for in its registry, with success.
CREATE TABLE pulls (
  ref TEXT NOT NULL,
  platform TEXT NOT NULL,
  at INTEGER NOT NULL,
  PRIMARY KEY (ref, platform)
) STRICT, WITHOUT ROWID;
CREATE INDEX pulls_by_age ON pulls (at);
