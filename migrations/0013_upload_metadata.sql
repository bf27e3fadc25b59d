-- SPDX-License-Identifier: Apache-2.0
-- What an upload was announced with, so that it can be gone on with elsewhere; the file of a
-- filing's certificate.

ALTER TABLE upload ADD COLUMN metadata TEXT NOT NULL DEFAULT '{}';
ALTER TABLE filing ADD COLUMN certificate_file TEXT NOT NULL DEFAULT '';
