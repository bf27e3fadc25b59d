-- Portfolio and assessment. Types that SQLite and PostgreSQL share; times are UTC milliseconds, days
-- are days since 1970-01-01, ids are UUIDv7, money is in fen.

CREATE TABLE contract (
  id TEXT PRIMARY KEY,
  name TEXT NOT NULL,
  buyer TEXT NOT NULL,
  provider TEXT,
  signed_day BIGINT,
  start_day BIGINT,
  end_day BIGINT NOT NULL,
  ceiling_fen BIGINT NOT NULL,
  price_fen BIGINT,
  terms TEXT NOT NULL
);

CREATE TABLE team (
  id TEXT PRIMARY KEY,
  contract_id TEXT NOT NULL REFERENCES contract (id),
  number BIGINT NOT NULL,
  name TEXT NOT NULL,
  UNIQUE (contract_id, name)
);

CREATE TABLE information_system (
  id TEXT PRIMARY KEY,
  contract_id TEXT NOT NULL REFERENCES contract (id),
  team_id TEXT NOT NULL REFERENCES team (id),
  number BIGINT NOT NULL,
  name TEXT NOT NULL,
  level BIGINT NOT NULL,
  UNIQUE (contract_id, name)
);

CREATE TABLE assessment (
  id TEXT PRIMARY KEY,
  system_id TEXT NOT NULL REFERENCES information_system (id),
  round TEXT NOT NULL,
  level BIGINT NOT NULL,
  sag TEXT NOT NULL,
  extensions TEXT NOT NULL,
  demo BIGINT NOT NULL,
  created_at BIGINT NOT NULL,
  facts TEXT NOT NULL
);

CREATE TABLE bundle (
  sm3 TEXT PRIMARY KEY,
  sha256 TEXT NOT NULL,
  received_at BIGINT NOT NULL,
  file_name TEXT NOT NULL,
  platform TEXT NOT NULL,
  target TEXT NOT NULL,
  archive BLOB NOT NULL,
  facts BLOB NOT NULL,
  fact_schema BIGINT NOT NULL
);

CREATE TABLE assessment_object (
  id TEXT PRIMARY KEY,
  assessment_id TEXT NOT NULL REFERENCES assessment (id),
  position BIGINT NOT NULL,
  reference TEXT NOT NULL,
  object_class TEXT NOT NULL,
  name TEXT NOT NULL,
  asset_table TEXT NOT NULL,
  importance TEXT NOT NULL,
  attributes TEXT NOT NULL,
  selected BIGINT NOT NULL,
  origin TEXT NOT NULL,
  bundle_sm3 TEXT REFERENCES bundle (sm3),
  UNIQUE (assessment_id, reference)
);

-- One object × one item. The machine's and the person's judgement stand side by side; verdict is the
-- one in force. The points with their sources are JSON.
CREATE TABLE record (
  assessment_id TEXT NOT NULL REFERENCES assessment (id),
  object_id TEXT NOT NULL REFERENCES assessment_object (id),
  code TEXT NOT NULL,
  clause TEXT NOT NULL,
  position BIGINT NOT NULL,
  verdict TEXT NOT NULL,
  record_text TEXT NOT NULL,
  reason TEXT NOT NULL,
  points TEXT NOT NULL,
  PRIMARY KEY (assessment_id, object_id, code, clause)
);

-- What people answered, point by point.
CREATE TABLE point_answer (
  assessment_id TEXT NOT NULL REFERENCES assessment (id),
  object_id TEXT NOT NULL REFERENCES assessment_object (id),
  code TEXT NOT NULL,
  point BIGINT NOT NULL,
  status TEXT NOT NULL,
  answer TEXT NOT NULL,
  person TEXT NOT NULL,
  answered_day BIGINT NOT NULL,
  PRIMARY KEY (assessment_id, object_id, code, point)
);

-- Risk judgements of people: one problem on one item, for the objects listed (blank separated).
CREATE TABLE risk_judgement (
  assessment_id TEXT NOT NULL REFERENCES assessment (id),
  position BIGINT NOT NULL,
  problem TEXT NOT NULL,
  code TEXT NOT NULL,
  objects TEXT NOT NULL,
  threat TEXT NOT NULL,
  asset TEXT NOT NULL,
  analysis TEXT NOT NULL,
  high_risk_case TEXT NOT NULL,
  overall_change TEXT NOT NULL,
  risk TEXT NOT NULL,
  hazard BIGINT NOT NULL,
  mitigation TEXT NOT NULL,
  advice TEXT NOT NULL,
  judged_by TEXT NOT NULL,
  PRIMARY KEY (assessment_id, position)
);

-- Small tables that go into the report as they are: process, tools, threats, scan, pentest.
CREATE TABLE assessment_table (
  assessment_id TEXT NOT NULL REFERENCES assessment (id),
  name TEXT NOT NULL,
  content TEXT NOT NULL,
  PRIMARY KEY (assessment_id, name)
);

CREATE TABLE snapshot (
  id TEXT PRIMARY KEY,
  assessment_id TEXT NOT NULL REFERENCES assessment (id),
  taken_at BIGINT NOT NULL,
  sha256 TEXT NOT NULL,
  content TEXT NOT NULL
);

CREATE INDEX snapshot_by_assessment ON snapshot (assessment_id, id);

-- Page numbers that LibreOffice's layout gave to a document, so that it has the same bytes again.
CREATE TABLE document_layout (
  layout_key TEXT PRIMARY KEY,
  pages TEXT NOT NULL
);
