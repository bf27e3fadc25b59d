-- Long work: a queue that several servers share. A running job whose heartbeat has stopped is taken
-- over; `attempts` tells a worker that came back late that the job is no longer its own.

CREATE TABLE job (
  id TEXT PRIMARY KEY,
  kind TEXT NOT NULL,
  title TEXT NOT NULL,
  input TEXT NOT NULL,
  system_id TEXT,
  state TEXT NOT NULL,
  progress BIGINT NOT NULL,
  step TEXT NOT NULL,
  result TEXT NOT NULL,
  error TEXT NOT NULL,
  owner TEXT NOT NULL,
  owner_login TEXT NOT NULL,
  created_at BIGINT NOT NULL,
  started_at BIGINT,
  finished_at BIGINT,
  heartbeat_at BIGINT,
  worker TEXT NOT NULL,
  attempts BIGINT NOT NULL,
  cancel BIGINT NOT NULL
);

CREATE INDEX job_by_state ON job (state, id);
CREATE INDEX job_by_owner ON job (owner, id);

-- What a job made, sealed by the vault; destroyed with the job.
CREATE TABLE job_file (
  job_id TEXT PRIMARY KEY REFERENCES job (id),
  name TEXT NOT NULL,
  content_type TEXT NOT NULL,
  content BLOB NOT NULL
);
