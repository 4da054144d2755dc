#pragma once

#include "core/text/regex.h"

#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace sinkscope {

/// A stretch of a text's bytes.
struct TextSpan {
  std::size_t begin = 0;
  std::size_t end = 0;

  bool operator==(const TextSpan&) const = default;
};

/// What becomes of the stretches that a pattern matches, by Hugging Face's names.
enum class SplitBehaviour { removed, isolated, mergedWithPrevious, mergedWithNext, contiguous };
SplitBehaviour splitBehaviourNamed(const std::string& name, const std::string& source);

/// Cuts text into the words within which byte-pair merges happen. A sequence of steps; each cuts the words further.
class PreTokenizer {
 public:
  struct Step {
    std::shared_ptr<const Regex> pattern;
    SplitBehaviour behaviour = SplitBehaviour::isolated;
    bool invert = false;
  };

  void addSplit(const std::string& pattern, SplitBehaviour behaviour, bool invert, const std::string& source);
  void addDigits(bool individual);
  void addGpt2();

  /// Appends the words of `text`, which must be valid UTF-8.
  void appendWords(std::vector<TextSpan>& words, std::string_view text) const;

  bool empty() const { return steps_.empty(); }

  /// The steps that GGUF's `tokenizer.ggml.pre` names. Throws `Error`, naming `source`, for a name it doesn't know.
  static PreTokenizer named(const std::string& name, const std::string& source);

 private:
  std::vector<Step> steps_;
};

}  // namespace sinkscope
