-- Questions about instances that the admission policies answered with yes, by their digest.
CREATE TABLE admitted (
  app_id INTEGER NOT NULL REFERENCES apps (id) ON DELETE CASCADE,
  question TEXT NOT NULL,
  -- The policies that had something to say nevertheless.
  found TEXT NOT NULL,
  at INTEGER NOT NULL,
  PRIMARY KEY (app_id, question)
) STRICT;
