-- What quotes evidence lies sealed by the vault. The columns that held it in clear stay for rows of
-- before and are empty in new ones; bundles are sealed in the columns they have.

-- Texts and points of the records of one object, in the order of the records.
CREATE TABLE record_text (
  assessment_id TEXT NOT NULL REFERENCES assessment (id),
  object_id TEXT NOT NULL REFERENCES assessment_object (id),
  content BLOB NOT NULL,
  PRIMARY KEY (assessment_id, object_id)
);

ALTER TABLE point_answer ADD COLUMN sealed BLOB;
ALTER TABLE risk_judgement ADD COLUMN sealed BLOB;
ALTER TABLE assessment_table ADD COLUMN sealed BLOB;
ALTER TABLE snapshot ADD COLUMN sealed BLOB;
