// SPDX-License-Identifier: Apache-2.0
// The OpenAPI 3.1 document: paths, rights and parameters follow from the doors, so that no route is
// missing; bodies and answers come from content/api/*.yaml, in the notation of api_notation.h:
//
//   operations:
//     GET /api/systems: {summary: …, list: System, sort: [name], filter: [team]}
//     PATCH /api/systems/{id}: {summary: …, versioned: true, body: SystemChange, answer: System}
//     POST /api/imports: {summary: …, query: {noun: text}, file: true, answers: {201: Import}}
//     GET /api/audit.csv: {summary: …, answers: {200: text/csv}}
//     DELETE /api/systems/{id}: {summary: …, versioned: true, answers: {204: none}}
//   schemas:
//     System: {id: id, name: text}
#pragma once

#include <string>

#include "access/doors.h"
#include "base/content.h"

namespace dengce::access {

// All problems together, with path and line; an operation without a door is one.
Result<std::string> openapi_document(const Doors& doors, const Content& content);

// GET /api/openapi.json. Call it when all other doors are there.
Result<> add_openapi_route(Doors& doors, const Content& content);

}  // namespace dengce::access
