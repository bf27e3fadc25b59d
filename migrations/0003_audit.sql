-- The audit chain. Every entry carries the SM3 of its own columns and of the entry before it; the
-- head row is counted up first, so writers queue on it on either database.

CREATE TABLE audit_head (
  id BIGINT PRIMARY KEY CHECK (id = 1),
  sequence BIGINT NOT NULL,
  digest TEXT NOT NULL
);

INSERT INTO audit_head (id, sequence, digest)
VALUES (1, 0, '0000000000000000000000000000000000000000000000000000000000000000');

CREATE TABLE audit_entry (
  sequence BIGINT PRIMARY KEY,
  at_ms BIGINT NOT NULL,
  account TEXT NOT NULL,
  login TEXT NOT NULL,
  address TEXT NOT NULL,
  session TEXT NOT NULL,
  action TEXT NOT NULL,
  object_type TEXT NOT NULL,
  object_id TEXT NOT NULL,
  object_name TEXT NOT NULL,
  before_sm3 TEXT NOT NULL,
  after_sm3 TEXT NOT NULL,
  detail TEXT NOT NULL,
  outcome TEXT NOT NULL,
  previous TEXT NOT NULL,
  digest TEXT NOT NULL
);

CREATE INDEX audit_entry_by_login ON audit_entry (login, sequence);
CREATE INDEX audit_entry_by_action ON audit_entry (action, sequence);
CREATE INDEX audit_entry_by_object ON audit_entry (object_type, object_id, sequence);
CREATE INDEX audit_entry_by_time ON audit_entry (at_ms, sequence);

-- Keys that sign seals; the private half is sealed by the master key.
CREATE TABLE audit_key (
  id TEXT PRIMARY KEY,
  created_at BIGINT NOT NULL,
  public_pem TEXT NOT NULL,
  private_sealed BLOB NOT NULL
);

-- A seal signs the head as it was; seals form a chain of their own.
CREATE TABLE audit_seal (
  number BIGINT PRIMARY KEY,
  sequence BIGINT NOT NULL,
  digest TEXT NOT NULL,
  at_ms BIGINT NOT NULL,
  key_id TEXT NOT NULL,
  previous TEXT NOT NULL,
  signature TEXT NOT NULL
);
