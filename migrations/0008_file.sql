-- Files people hand in. Pieces lie sealed; a piece belongs to an upload under way or, under the same
-- id, to the file that became of it. Instants are milliseconds.

CREATE TABLE upload (
  id TEXT PRIMARY KEY,
  owner TEXT NOT NULL,
  length BIGINT NOT NULL,
  received BIGINT NOT NULL,
  name TEXT NOT NULL,
  expires_at BIGINT NOT NULL
);

CREATE INDEX upload_by_owner ON upload (owner);
CREATE INDEX upload_by_expiry ON upload (expires_at);

CREATE TABLE file_piece (
  file_id TEXT NOT NULL,
  start BIGINT NOT NULL,
  content BLOB NOT NULL,
  PRIMARY KEY (file_id, start)
);

CREATE TABLE file (
  id TEXT PRIMARY KEY,
  system_id TEXT NOT NULL REFERENCES information_system (id),
  kind TEXT NOT NULL,
  name TEXT NOT NULL,
  note TEXT NOT NULL,
  length BIGINT NOT NULL,
  sha256 TEXT NOT NULL,
  sm3 TEXT NOT NULL,
  handed_in_by TEXT NOT NULL,
  handed_in_at BIGINT NOT NULL,
  version BIGINT NOT NULL
);

CREATE INDEX file_by_system ON file (system_id, id);
CREATE INDEX file_by_name ON file (name, id);
