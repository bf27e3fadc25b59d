-- Who may see a bundle follows from the systems whose objects rest on it.
CREATE INDEX object_by_bundle ON assessment_object (bundle_sm3);
