-- How far the audit chain was forwarded to a log server, and which server process does it now.
CREATE TABLE audit_forward (
  target TEXT PRIMARY KEY,
  sequence BIGINT NOT NULL,
  holder TEXT NOT NULL,
  held_until BIGINT NOT NULL
);
