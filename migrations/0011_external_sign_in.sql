-- Accounts whose password another place knows. sign_in: local, directory, provider; external_name: what
-- the person is called there, empty for local ones.

ALTER TABLE account ADD COLUMN sign_in TEXT NOT NULL DEFAULT 'local';
ALTER TABLE account ADD COLUMN external_name TEXT NOT NULL DEFAULT '';

-- One person of the directory is one account.
CREATE UNIQUE INDEX account_by_external_name ON account (sign_in, lower(external_name))
  WHERE sign_in <> 'local';

-- 1: the identity provider asked for a second factor, and the operator counts it.
ALTER TABLE session ADD COLUMN factor_elsewhere BIGINT NOT NULL DEFAULT 0;

-- Sign-ins on their way through the identity provider, each good for one return. The secret lies in the
-- browser only.
CREATE TABLE sign_in_flow (
  secret_sha256 TEXT PRIMARY KEY,
  expires_at BIGINT NOT NULL
);
