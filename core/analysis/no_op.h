#pragma once

#include "core/analysis/provenance.h"
#include "core/analysis/waking.h"
#include "core/array.h"
#include "core/job.h"
#include "core/model/model.h"
#include "core/text/tokenizer.h"

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

namespace sinkscope {

/// What a head that looks at token 0 does with it.
enum class HeadClass : std::uint8_t {
  Active,     ///< does not rest on token 0
  NoOp,       ///< rests on it, and what it reads there is next to nothing
  Broadcast,  ///< rests on it, and writes what it reads there: the same to every token
};

/// Where the classes part.
struct HeadClassBounds {
  double rest = 0.3;   ///< a share of token 0 above it is high; 0.3 is the eps of Gu et al., arXiv 2410.10781
  double drain = 0.5;  ///< a value drain below it is low: half of what the head writes of other tokens
  bool operator==(const HeadClassBounds&) const = default;
};

/// The class of a head; one whose drain is not known (NaN) is never called a no-op or a broadcast.
HeadClass headClass(double rest, double drain, const HeadClassBounds& bounds);

/// The question of the no-op view and of `sinkscope noop`: which heads rest on the first token, what do they write
/// then, and which previous token wakes them?
struct NoOpRequest {
  std::string model;                 ///< a demo model's name, a file or a folder
  std::vector<std::string> prompts;  ///< UTF-8
  bool bos = true;                   ///< put <bos> first
  std::size_t tokenLimit = 64;       ///< cut to T after special tokens; 0: no limit
  HeadClassBounds bounds;
  std::string device = "cpu";

  bool operator==(const NoOpRequest&) const = default;
};

struct NoOpResult : Provenance {
  NoOpRequest request;
  std::string bosText;     ///< name of the model's <bos>, empty when it has none
  Array<double, 2> rest;   ///< [layer, head]: alpha_0, query 0 included, mean over prompts
  Array<double, 2> drain;  ///< [layer, head]: `||W_O v_0|| / median_t>0 ||W_O v_t||`, median over prompts
  WakeScan scan;

  HeadClass headClass(std::size_t layer, std::size_t head) const {
    return sinkscope::headClass(rest(layer, head), drain(layer, head), request.bounds);
  }
};

/// Runs prompt after prompt; one prompt's attention is kept at a time. Throws `Error` when there is no prompt or one
/// has fewer than two tokens.
NoOpResult noOpHeads(const Model& model, const Tokenizer& tokenizer, const NoOpRequest& request, const Job& job);

}  // namespace sinkscope
