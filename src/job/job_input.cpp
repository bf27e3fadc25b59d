// SPDX-License-Identifier: Apache-2.0
#include "job/job_input.h"

#include <boost/json.hpp>

namespace dengce::job {

Result<std::map<std::string, std::string>> input_texts(const Job& job) {
  boost::system::error_code error;
  const auto parsed = boost::json::parse(job.input, error);
  if (error || !parsed.is_object()) return fail(ErrorCode::data_corrupt, "任务的输入已损坏");
  std::map<std::string, std::string> texts;
  for (const auto& member : parsed.get_object()) {
    if (member.value().is_string()) {
      texts.emplace(member.key(), std::string(member.value().get_string()));
    }
  }
  return texts;
}

}  // namespace dengce::job
