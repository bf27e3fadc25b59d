-- Collections of the hosts of a system, in the order of time: one row a bundle that was handed in for it. Instants are milliseconds.
CREATE TABLE collection (
  id TEXT PRIMARY KEY,
  system_id TEXT NOT NULL REFERENCES information_system (id),
  bundle_sm3 TEXT NOT NULL REFERENCES bundle (sm3),
  target TEXT NOT NULL,
  platform TEXT NOT NULL,
  collected_at BIGINT NOT NULL,
  handed_in_by TEXT NOT NULL,
  handed_in_at BIGINT NOT NULL,
  UNIQUE (system_id, bundle_sm3)
);

CREATE INDEX collection_by_system ON collection (system_id, target, collected_at);
CREATE INDEX collection_by_bundle ON collection (bundle_sm3);
CREATE INDEX collection_by_time ON collection (collected_at, id);
