-- What left the platform. Who, when, what, why and to whom stand in the entry of the audit chain of
-- the same number; this row makes the exports of a class and of a system a list. An empty system_id:
-- of several systems, or of none. It outlives the system, as the entry does.
CREATE TABLE export_log (
  sequence BIGINT PRIMARY KEY,
  class TEXT NOT NULL,
  system_id TEXT NOT NULL
);

CREATE INDEX export_log_by_system ON export_log (system_id, sequence);
