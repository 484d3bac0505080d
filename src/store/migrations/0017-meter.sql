-- What each service had within ten minutes from `at` on: seconds, core-seconds and byte-seconds.
CREATE TABLE meter (
  app_id INTEGER NOT NULL REFERENCES apps (id) ON DELETE CASCADE,
  service TEXT NOT NULL,
  at INTEGER NOT NULL,
  instance_s REAL NOT NULL,
  unmeasured_s REAL NOT NULL,
  cpu_s REAL NOT NULL,
  cpu_reserved_s REAL NOT NULL,
  memory_bs REAL NOT NULL,
  memory_reserved_bs REAL NOT NULL,
  max_instance_s REAL NOT NULL,
  max_cpu_reserved_s REAL NOT NULL,
  max_memory_reserved_bs REAL NOT NULL,
  PRIMARY KEY (app_id, service, at)
) STRICT, WITHOUT ROWID;
CREATE INDEX meter_by_time ON meter (at);
