-- A newer release beside an app's own, with its share of the requests.
CREATE TABLE canaries (
  app_id INTEGER PRIMARY KEY REFERENCES apps (id) ON DELETE CASCADE,
  release_number INTEGER NOT NULL,
  weight INTEGER NOT NULL CHECK (weight BETWEEN 0 AND 100)
) STRICT;
