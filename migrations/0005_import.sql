-- Imports of spreadsheets. mapping, defaults, preview and result are JSON. state: mapping, preview,
-- applied, undone.
CREATE TABLE import_batch (
  id TEXT PRIMARY KEY,
  noun TEXT NOT NULL,
  file_name TEXT NOT NULL,
  file_sm3 TEXT NOT NULL,
  state TEXT NOT NULL,
  row_count BIGINT NOT NULL,
  mapping TEXT NOT NULL,
  defaults TEXT NOT NULL,
  preview TEXT NOT NULL,
  result TEXT NOT NULL,
  account TEXT NOT NULL,
  login TEXT NOT NULL,
  created_at BIGINT NOT NULL,
  version BIGINT NOT NULL
);

CREATE INDEX import_batch_by_time ON import_batch (created_at, id);
CREATE INDEX import_batch_by_account ON import_batch (account, created_at, id);

-- What was in the file and what was done with it, sealed with the vault: part table, problems or
-- changes.
CREATE TABLE import_content (
  import_id TEXT NOT NULL REFERENCES import_batch (id),
  part TEXT NOT NULL,
  content BLOB NOT NULL,
  PRIMARY KEY (import_id, part)
);
