// SPDX-License-Identifier: Apache-2.0
// HTTP resources of documents: the list of an assessment's documents and each as a download.
#pragma once

#include "assessment/snapshot_cache.h"
#include "http/router.h"
#include "program/documents.h"

namespace dengce::program {

// The arguments must outlive the router.
void add_document_routes(http::Router& router,
                         assessment::SnapshotCache& snapshots,
                         DocumentMaker& documents);

}  // namespace dengce::program
