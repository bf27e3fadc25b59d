-- Stages, work products and internet-side tests of each system; what they are called and which there
-- are stands in content/process/. Days and instants as in 0001. A stage or product without a row has
-- not been touched: version 0.

-- One row a system as soon as anything below is written for it; the row that writers of one system
-- wait for. stage: the first one not finished, empty: all are. due: the day after which it is late.
CREATE TABLE system_progress (
  system_id TEXT PRIMARY KEY REFERENCES information_system (id),
  stage TEXT NOT NULL,
  due BIGINT
);

CREATE TABLE system_stage (
  system_id TEXT NOT NULL REFERENCES system_progress (system_id),
  stage TEXT NOT NULL,
  planned_from BIGINT,
  planned_to BIGINT,
  actual_from BIGINT,
  actual_to BIGINT,
  note TEXT NOT NULL,
  version BIGINT NOT NULL,
  PRIMARY KEY (system_id, stage)
);

-- is_lead: 1 for the one who answers for the stage.
CREATE TABLE stage_person (
  system_id TEXT NOT NULL,
  stage TEXT NOT NULL,
  account_id TEXT NOT NULL REFERENCES account (id),
  is_lead BIGINT NOT NULL,
  PRIMARY KEY (system_id, stage, account_id),
  FOREIGN KEY (system_id, stage) REFERENCES system_stage (system_id, stage)
);

CREATE INDEX stage_person_by_account ON stage_person (account_id, system_id, stage);

-- how: own (the signer's account) or scan (file_id holds the signed paper), empty: not signed.
-- drafted_by: the account that may not review it.
CREATE TABLE system_product (
  system_id TEXT NOT NULL REFERENCES system_progress (system_id),
  product TEXT NOT NULL,
  state TEXT NOT NULL,
  day BIGINT NOT NULL,
  how TEXT NOT NULL,
  signed_by TEXT NOT NULL,
  file_id TEXT REFERENCES file (id),
  drafted_by TEXT NOT NULL,
  note TEXT NOT NULL,
  version BIGINT NOT NULL,
  PRIMARY KEY (system_id, product)
);

CREATE INDEX system_product_by_file ON system_product (file_id);

-- Never changed, never deleted. The digest of a scan outlives the file.
CREATE TABLE product_event (
  id TEXT PRIMARY KEY,
  system_id TEXT NOT NULL,
  product TEXT NOT NULL,
  state TEXT NOT NULL,
  day BIGINT NOT NULL,
  how TEXT NOT NULL,
  signed_by TEXT NOT NULL,
  file_name TEXT NOT NULL,
  file_sm3 TEXT NOT NULL,
  note TEXT NOT NULL,
  recorded_by TEXT NOT NULL,
  recorded_at BIGINT NOT NULL,
  FOREIGN KEY (system_id, product) REFERENCES system_product (system_id, product)
);

CREATE INDEX product_event_by_product ON product_event (system_id, product, id);

-- Approved → tested → closed → test data deleted → reported, each with its day.
CREATE TABLE internet_test (
  id TEXT PRIMARY KEY,
  system_id TEXT NOT NULL REFERENCES system_progress (system_id),
  targets TEXT NOT NULL,
  methods TEXT NOT NULL,
  planned_from BIGINT NOT NULL,
  planned_to BIGINT NOT NULL,
  approved_by TEXT NOT NULL,
  approved_day BIGINT,
  tested_day BIGINT,
  closed_day BIGINT,
  data_deleted_day BIGINT,
  reported_day BIGINT,
  note TEXT NOT NULL,
  version BIGINT NOT NULL
);

CREATE INDEX internet_test_by_system ON internet_test (system_id, id);
