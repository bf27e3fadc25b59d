// SPDX-License-Identifier: Apache-2.0
// HTTP resources of documents: the list of an assessment's documents, each as a download, and as a
// job where it takes long.
#pragma once

#include "access/doors.h"
#include "assessment/snapshot_cache.h"
#include "db/database.h"
#include "job/runner.h"
#include "program/documents.h"

namespace dengce::program {

// The arguments must outlive the doors.
void add_document_routes(access::Doors& doors,
                         db::Database& database,
                         assessment::SnapshotCache& snapshots,
                         DocumentMaker& documents);

// The work of jobs of the kind "document"; the arguments must outlive it.
job::Work document_work(assessment::SnapshotCache& snapshots,
                        DocumentMaker& documents,
                        const access::ProtectionClass& kept);

}  // namespace dengce::program
