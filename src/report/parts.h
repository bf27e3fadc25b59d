// SPDX-License-Identifier: Apache-2.0
// The parts of the document model, one function a group of chapters. All read the same snapshot.
#pragma once

#include <array>
#include <string_view>
#include <vector>

#include "assessment/snapshot.h"
#include "office/model.h"
#include "report/words.h"

namespace dengce::report {

// Facts of the snapshot that stand in the document under their own names.
inline constexpr std::array identity_facts{"report_number",
                                           "system_name",
                                           "level",
                                           "sag",
                                           "filing_number",
                                           "system_form",
                                           "client_name",
                                           "client_address",
                                           "client_postcode",
                                           "client_head",
                                           "client_contact",
                                           "client_phone",
                                           "client_credit_code",
                                           "team",
                                           "assessor_name",
                                           "assessor_code",
                                           "assessor_address",
                                           "assessor_contact",
                                           "assessor_phone",
                                           "author",
                                           "author_date",
                                           "reviewer",
                                           "reviewer_date",
                                           "approver",
                                           "approver_date",
                                           "report_date",
                                           "site_begin",
                                           "site_end",
                                           "round",
                                           "extensions",
                                           "industry_standards",
                                           "business",
                                           "network_description",
                                           "grading_description"};

// What every part needs: the snapshot and indices made once.
struct Source {
  const assessment::Snapshot& snapshot;
  const assessment::SchemeResult& result;
  std::vector<std::vector<const assessment::RecordLine*>> by_object;  // records of an object
  std::vector<std::vector<const assessment::RecordLine*>> by_item;    // records of an item
};

void fill_front(const Source& source, office::Record& model);
void fill_conclusion(const Source& source, office::Record& model);
void fill_indicators(const Source& source, office::Record& model);
void fill_objects(const Source& source, office::Record& model);
void fill_layers(const Source& source, office::Record& model);
void fill_results(const Source& source, office::Record& model);
void fill_problems(const Source& source, office::Record& model);
void fill_records(const Source& source, office::Record& model);

// Sets total, applicable, compliant … rate of a row.
void set_counts(office::Record& row, const assessment::VerdictCounts& counts);
// A record with the shape of the rows of a list of the model.
office::Record row_of(const office::Record& model, std::string_view list);
// Persons and documents are seen and asked; what they show is recorded under the layers.
bool carries_no_records(const assessment::SnapshotObject& object);

}  // namespace dengce::report
