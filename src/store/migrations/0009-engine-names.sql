-- What the engine calls an app stays when people call it otherwise.
ALTER TABLE apps ADD COLUMN engine_name TEXT NOT NULL DEFAULT '';
UPDATE apps SET engine_name = unique_name;
CREATE UNIQUE INDEX apps_by_engine_name ON apps (engine_name);
