-- The network made ahead that an app took as its default one. No two apps are ever on the same.
ALTER TABLE apps ADD COLUMN default_network TEXT;
CREATE UNIQUE INDEX apps_by_default_network ON apps (default_network);
