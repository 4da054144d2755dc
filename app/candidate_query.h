#pragma once

#include "core/analysis/candidates.h"

#include <QMetaType>
#include <memory>
#include <string>
#include <vector>

namespace sinkscope {

/// What could stand at a position of a prompt.
struct CandidateQuery {
  std::string model, device = "cpu", prompt;
  std::size_t tokenLimit = 64;
  int position = 0;  ///< in the text's tokens, an added <bos> not counted

  bool operator==(const CandidateQuery&) const = default;
};
struct Candidates {
  CandidateQuery query;
  Token token;                     ///< what stands there now
  std::vector<Candidate> likely;   ///< the model's own; empty where nothing stands before
  std::vector<Candidate> similar;  ///< random ones of like frequency
};
using CandidatesPtr = std::shared_ptr<const Candidates>;

}  // namespace sinkscope
