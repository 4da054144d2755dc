#pragma once

#include "core/job.h"

#include <cstdint>
#include <filesystem>
#include <limits>
#include <string>
#include <vector>

namespace sinkscope {

/// Two runs beside each other.
struct RunComparison {
  /// A single value: a setting, a version, the model's name, ...
  struct Value {
    std::string field;  ///< "/settings/bos"
    std::string a, b;   ///< empty where a run has none
    bool isSame() const { return a == b; }
  };
  /// An array or a field of a table.
  struct Numbers {
    std::string path;                     ///< "/prompts/0/share", "/steps loss"
    std::vector<std::uint64_t> a{}, b{};  ///< shapes; empty where a run has no such array
    std::uint64_t different = 0;          ///< elements that differ at all
    double largest = 0.0;                 ///< |a - b| of those that are numbers in both
    std::vector<std::uint64_t> at{};      ///< where that is; empty where nothing differs
    std::uint64_t unlike = 0;             ///< elements that are a number in one and none in the other
    bool isTooLarge = false;              ///< to be compared: more elements than were asked for
    bool isComparable() const { return a == b && !isTooLarge; }
    bool isSame() const { return isComparable() && different == 0; }
  };
  std::vector<Value> values;
  std::vector<Numbers> numbers;
  std::vector<Value> texts;  ///< prompts and the like: whole texts

  /// Whether all that was computed is the same, bit for bit but for the sign of zero.
  bool isSame() const;
};

/// Arrays of more elements than `mostElements` are left out. Throws `Error` where one of them is no run.
RunComparison compareRuns(const std::filesystem::path& a, const std::filesystem::path& b, const Job& job = {},
                          std::uint64_t mostElements = std::numeric_limits<std::uint64_t>::max());

}  // namespace sinkscope
