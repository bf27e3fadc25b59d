-- The portfolio: history of contract and systems, modules, filings, assets, data, contacts, notices.
-- Names of days, instants, ids and money as in 0001. `version` counts the changes of a row.

ALTER TABLE contract ADD COLUMN version BIGINT NOT NULL DEFAULT 1;
ALTER TABLE team ADD COLUMN version BIGINT NOT NULL DEFAULT 1;

-- The row of a system is its state of today; system_event tells every other day. next_day is the
-- first day after today on which a recorded event takes effect.
ALTER TABLE information_system ADD COLUMN sag TEXT NOT NULL DEFAULT '';
ALTER TABLE information_system ADD COLUMN present BIGINT NOT NULL DEFAULT 1;
ALTER TABLE information_system ADD COLUMN confirmed BIGINT NOT NULL DEFAULT 1;
ALTER TABLE information_system ADD COLUMN next_day BIGINT;
ALTER TABLE information_system ADD COLUMN version BIGINT NOT NULL DEFAULT 1;
CREATE INDEX information_system_by_number ON information_system (number, id);
CREATE INDEX information_system_by_team ON information_system (team_id, id);
CREATE INDEX information_system_by_next_day ON information_system (next_day);

-- What changed a contract after it was entered: the fields before and after as JSON.
CREATE TABLE contract_amendment (
  id TEXT PRIMARY KEY,
  contract_id TEXT NOT NULL REFERENCES contract (id),
  effective_day BIGINT NOT NULL,
  reason TEXT NOT NULL,
  before_text TEXT NOT NULL,
  after_text TEXT NOT NULL,
  recorded_by TEXT NOT NULL,
  recorded_at BIGINT NOT NULL
);

CREATE INDEX contract_amendment_by_contract ON contract_amendment (contract_id, id);

-- Never changed, never deleted: a correction is another event. No effective_day: since the
-- contract's first day, whatever that turns out to be.
CREATE TABLE system_event (
  id TEXT PRIMARY KEY,
  system_id TEXT NOT NULL REFERENCES information_system (id),
  kind TEXT NOT NULL,
  effective_day BIGINT,
  team_id TEXT REFERENCES team (id),
  level BIGINT,
  sag TEXT,
  name TEXT,
  reason TEXT NOT NULL,
  confirmed BIGINT NOT NULL,
  confirmed_day BIGINT,
  recorded_by TEXT NOT NULL,
  recorded_at BIGINT NOT NULL
);

CREATE INDEX system_event_by_system ON system_event (system_id, id);

-- Systems of the client's list that were loaded before there was a history.
INSERT INTO system_event (id, system_id, kind, effective_day, team_id, level, sag, name, reason,
  confirmed, confirmed_day, recorded_by, recorded_at)
SELECT id, id, 'join', NULL, team_id, level, '', name, '合同清单', 1, NULL, '命令行', 0
FROM information_system;

CREATE TABLE system_module (
  id TEXT PRIMARY KEY,
  system_id TEXT NOT NULL REFERENCES information_system (id),
  name TEXT NOT NULL,
  kind TEXT NOT NULL,
  in_scope BIGINT NOT NULL,
  reason TEXT NOT NULL,
  version BIGINT NOT NULL,
  UNIQUE (system_id, name)
);

CREATE TABLE filing (
  id TEXT PRIMARY KEY,
  contract_id TEXT NOT NULL REFERENCES contract (id),
  number TEXT NOT NULL,
  name TEXT NOT NULL,
  level BIGINT NOT NULL,
  filed_day BIGINT,
  certificate_name TEXT NOT NULL,
  certificate_sm3 TEXT NOT NULL,
  version BIGINT NOT NULL
);

CREATE INDEX filing_by_number ON filing (number, id);
CREATE INDEX filing_by_name ON filing (name, id);

CREATE TABLE filing_system (
  filing_id TEXT NOT NULL REFERENCES filing (id),
  system_id TEXT NOT NULL REFERENCES information_system (id),
  PRIMARY KEY (filing_id, system_id)
);

CREATE INDEX filing_system_by_system ON filing_system (system_id, filing_id);

-- attributes: JSON object by the columns of the class; addresses: blank separated; dedupe_key: equal
-- for what is taken for one thing.
CREATE TABLE asset (
  id TEXT PRIMARY KEY,
  contract_id TEXT NOT NULL REFERENCES contract (id),
  class TEXT NOT NULL,
  name TEXT NOT NULL,
  importance TEXT NOT NULL,
  shared BIGINT NOT NULL,
  location TEXT NOT NULL,
  addresses TEXT NOT NULL,
  attributes TEXT NOT NULL,
  dedupe_key TEXT NOT NULL,
  origin TEXT NOT NULL,
  created_at BIGINT NOT NULL,
  updated_at BIGINT NOT NULL,
  version BIGINT NOT NULL
);

CREATE INDEX asset_by_name ON asset (name, id);
CREATE INDEX asset_by_class ON asset (class, id);
CREATE INDEX asset_by_class_name ON asset (class, name, id);
CREATE INDEX asset_by_updated ON asset (updated_at, id);
CREATE INDEX asset_by_dedupe ON asset (dedupe_key);

-- What a text filter looks into, in lower case; apart, so that looking for it reads nothing else.
CREATE TABLE asset_text (
  asset_id TEXT PRIMARY KEY REFERENCES asset (id),
  content TEXT NOT NULL
);

-- class: of the asset; alone: the asset belongs to this system only. Both for counting by system.
CREATE TABLE asset_system (
  asset_id TEXT NOT NULL REFERENCES asset (id),
  system_id TEXT NOT NULL REFERENCES information_system (id),
  class TEXT NOT NULL,
  alone BIGINT NOT NULL,
  PRIMARY KEY (asset_id, system_id)
);

CREATE INDEX asset_system_by_system ON asset_system (system_id, alone, class, asset_id);

CREATE TABLE data_item (
  id TEXT PRIMARY KEY,
  system_id TEXT NOT NULL REFERENCES information_system (id),
  name TEXT NOT NULL,
  category TEXT NOT NULL,
  data_class TEXT NOT NULL,
  personal TEXT NOT NULL,
  secret BIGINT NOT NULL,
  location TEXT NOT NULL,
  volume TEXT NOT NULL,
  measures TEXT NOT NULL,
  version BIGINT NOT NULL,
  UNIQUE (system_id, name)
);

CREATE INDEX data_item_by_name ON data_item (name, id);

-- person: name, telephone and mail, sealed with the vault.
CREATE TABLE contact (
  id TEXT PRIMARY KEY,
  contract_id TEXT NOT NULL REFERENCES contract (id),
  party TEXT NOT NULL,
  organisation TEXT NOT NULL,
  post TEXT NOT NULL,
  person BLOB NOT NULL,
  team_id TEXT REFERENCES team (id),
  system_id TEXT REFERENCES information_system (id),
  version BIGINT NOT NULL
);

CREATE INDEX contact_by_organisation ON contact (organisation, id);

-- A notice that the client confirmed is not changed any more.
CREATE TABLE risk_notice (
  id TEXT PRIMARY KEY,
  system_id TEXT NOT NULL REFERENCES information_system (id),
  risks TEXT NOT NULL,
  measures TEXT NOT NULL,
  backup_state TEXT NOT NULL,
  told_day BIGINT NOT NULL,
  confirmed_by TEXT NOT NULL,
  confirmed_day BIGINT,
  version BIGINT NOT NULL
);

CREATE INDEX risk_notice_by_system ON risk_notice (system_id, id);

-- content: the answers as JSON, sealed with the vault: forms name persons.
CREATE TABLE survey_answer (
  system_id TEXT NOT NULL REFERENCES information_system (id),
  form_no TEXT NOT NULL,
  content BLOB NOT NULL,
  changed_by TEXT NOT NULL,
  changed_at BIGINT NOT NULL,
  version BIGINT NOT NULL,
  PRIMARY KEY (system_id, form_no)
);
