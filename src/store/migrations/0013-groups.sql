-- Groups share apps of their members, each member with a role.
CREATE TABLE groups (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  name TEXT NOT NULL UNIQUE COLLATE NOCASE,
  created_at INTEGER NOT NULL
) STRICT;

CREATE TABLE group_members (
  group_id INTEGER NOT NULL REFERENCES groups (id) ON DELETE CASCADE,
  user_id INTEGER NOT NULL REFERENCES users (id) ON DELETE CASCADE,
  role TEXT NOT NULL CHECK (role IN ('viewer', 'operator', 'owner')),
  PRIMARY KEY (group_id, user_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX groups_of_user ON group_members (user_id);

CREATE TABLE group_apps (
  group_id INTEGER NOT NULL REFERENCES groups (id) ON DELETE CASCADE,
  app_id INTEGER NOT NULL REFERENCES apps (id) ON DELETE CASCADE,
  PRIMARY KEY (group_id, app_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX groups_of_app ON group_apps (app_id);

CREATE VIEW shared_apps (app_id, user_id, role) AS
SELECT group_apps.app_id, group_members.user_id, group_members.role
FROM group_apps JOIN group_members USING (group_id);
