-- Accounts, their roles and scopes, sessions, tokens, kept answers. Secrets stand here as digests only;
-- the second factor's secret is sealed by the vault. Times are UTC milliseconds.

CREATE TABLE account (
  id TEXT PRIMARY KEY,
  version BIGINT NOT NULL,
  login TEXT NOT NULL UNIQUE,
  name TEXT NOT NULL,
  organisation TEXT NOT NULL,
  password_hash TEXT NOT NULL,
  password_changed_at BIGINT NOT NULL,
  must_change BIGINT NOT NULL,
  disabled BIGINT NOT NULL,
  failures BIGINT NOT NULL,
  locked_until BIGINT NOT NULL,
  second_factor BLOB,
  second_factor_pending BLOB,
  second_factor_step BIGINT NOT NULL,
  created_at BIGINT NOT NULL,
  last_sign_in_at BIGINT,
  everything BIGINT NOT NULL
);

CREATE TABLE account_role (
  account_id TEXT NOT NULL REFERENCES account (id),
  role TEXT NOT NULL,
  PRIMARY KEY (account_id, role)
);

-- kind: contract, team, system; target: its id.
CREATE TABLE account_scope (
  account_id TEXT NOT NULL REFERENCES account (id),
  kind TEXT NOT NULL,
  target TEXT NOT NULL,
  PRIMARY KEY (account_id, kind, target)
);

-- What a person has proven before entry.
CREATE TABLE account_clearance (
  account_id TEXT NOT NULL REFERENCES account (id),
  kind TEXT NOT NULL,
  proven_day BIGINT NOT NULL,
  proof TEXT NOT NULL,
  recorded_by TEXT NOT NULL,
  recorded_at BIGINT NOT NULL,
  PRIMARY KEY (account_id, kind)
);

CREATE TABLE account_password (
  id TEXT PRIMARY KEY,
  account_id TEXT NOT NULL REFERENCES account (id),
  password_hash TEXT NOT NULL
);

CREATE INDEX account_password_by_account ON account_password (account_id, id);

CREATE TABLE recovery_code (
  account_id TEXT NOT NULL REFERENCES account (id),
  code_sha256 TEXT NOT NULL,
  used_at BIGINT,
  PRIMARY KEY (account_id, code_sha256)
);

-- state: second_factor, change_password, enroll_second_factor, signed_in.
CREATE TABLE session (
  id TEXT PRIMARY KEY,
  secret_sha256 TEXT NOT NULL UNIQUE,
  account_id TEXT NOT NULL REFERENCES account (id),
  state TEXT NOT NULL,
  address TEXT NOT NULL,
  user_agent TEXT NOT NULL,
  opened_at BIGINT NOT NULL,
  last_seen_at BIGINT NOT NULL,
  expires_at BIGINT NOT NULL,
  ended_at BIGINT,
  ended_by TEXT
);

CREATE INDEX session_by_account ON session (account_id, opened_at);

-- rights: "resource:action", blank separated.
CREATE TABLE api_token (
  id TEXT PRIMARY KEY,
  account_id TEXT NOT NULL REFERENCES account (id),
  name TEXT NOT NULL,
  secret_sha256 TEXT NOT NULL UNIQUE,
  rights TEXT NOT NULL,
  created_at BIGINT NOT NULL,
  expires_at BIGINT NOT NULL,
  last_used_at BIGINT,
  revoked_at BIGINT
);

CREATE INDEX api_token_by_account ON api_token (account_id, id);

-- Answers kept for repeated creating calls, encrypted by the key that only the caller knows. status 0:
-- the call is being worked on.
CREATE TABLE idempotency_key (
  account_id TEXT NOT NULL REFERENCES account (id),
  key_sha256 TEXT NOT NULL,
  route TEXT NOT NULL,
  request_sha256 TEXT NOT NULL,
  status BIGINT NOT NULL,
  content_type TEXT NOT NULL,
  headers TEXT NOT NULL,
  body BLOB NOT NULL,
  created_at BIGINT NOT NULL,
  PRIMARY KEY (account_id, key_sha256)
);

CREATE INDEX idempotency_key_by_time ON idempotency_key (created_at);
