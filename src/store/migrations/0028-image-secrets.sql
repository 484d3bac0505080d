-- Secrets and misconfigurations that a scan found in the image itself, as JSON; null = not looked for.
ALTER TABLE scans ADD COLUMN secrets TEXT;
ALTER TABLE scans ADD COLUMN misconfigurations TEXT;
