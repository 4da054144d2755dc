#include "core/text/pre_tokenizer.h"

#include "core/error.h"

#include <algorithm>
#include <array>

namespace sinkscope {
namespace {

constexpr const char* gpt2Pattern = R"('s|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+)";
constexpr const char* llama3Pattern = R"((?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}{1,3})"
                                      R"(| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+)";
constexpr const char* qwen2Pattern = R"((?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N})"
                                     R"(| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+)";

struct Part {
  TextSpan span;
  bool match = false;
};

/// All of `text` as alternating matches and what lies between them.
std::vector<Part> partsOf(std::string_view text, const Regex& pattern, bool invert) {
  std::vector<Part> parts;
  std::size_t at = 0;
  for (const auto& [begin, end] : pattern.matches(text)) {
    if (begin > at) parts.push_back({{at, begin}, invert});
    parts.push_back({{begin, end}, !invert});
    at = end;
  }
  if (at < text.size()) parts.push_back({{at, text.size()}, invert});
  return parts;
}

std::vector<TextSpan> mergeForward(const std::vector<Part>& parts) {
  std::vector<TextSpan> words;
  bool previous = false;
  for (const Part& part : parts) {
    if (part.match && !previous && !words.empty()) {
      words.back().end = part.span.end;
    } else {
      words.push_back(part.span);
    }
    previous = part.match;
  }
  return words;
}

std::vector<TextSpan> mergeBackward(const std::vector<Part>& parts) {
  std::vector<TextSpan> words;  // last one first
  bool previous = false;
  for (auto part = parts.rbegin(); part != parts.rend(); ++part) {
    if (part->match && !previous && !words.empty()) {
      words.back().begin = part->span.begin;
    } else {
      words.push_back(part->span);
    }
    previous = part->match;
  }
  std::reverse(words.begin(), words.end());
  return words;
}

std::vector<TextSpan> split(std::string_view text, const Regex& pattern, SplitBehaviour behaviour, bool invert) {
  const std::vector<Part> parts = partsOf(text, pattern, invert);
  if (behaviour == SplitBehaviour::mergedWithPrevious) return mergeForward(parts);
  if (behaviour == SplitBehaviour::mergedWithNext) return mergeBackward(parts);
  std::vector<TextSpan> words;
  bool previous = false;
  for (const Part& part : parts) {
    if (behaviour == SplitBehaviour::removed && part.match) continue;
    if (behaviour == SplitBehaviour::contiguous && !words.empty() && part.match == previous) {
      words.back().end = part.span.end;
    } else {
      words.push_back(part.span);
    }
    previous = part.match;
  }
  return words;
}

struct NamedPreTokenizer {
  const char* name;
  const char* pattern;
  bool digitsFirst = false;
};

// GGUF's names, as llama.cpp gives them.
constexpr std::array namedPreTokenizers = {
    NamedPreTokenizer{"default", gpt2Pattern},
    NamedPreTokenizer{"gpt-2", gpt2Pattern},
    NamedPreTokenizer{"phi-2", gpt2Pattern},
    NamedPreTokenizer{"mpt", gpt2Pattern},
    NamedPreTokenizer{"olmo", gpt2Pattern},
    NamedPreTokenizer{"smollm", gpt2Pattern, true},
    NamedPreTokenizer{"starcoder", gpt2Pattern, true},
    NamedPreTokenizer{"refact", gpt2Pattern, true},
    NamedPreTokenizer{"llama-bpe", llama3Pattern},
    NamedPreTokenizer{"llama3", llama3Pattern},
    NamedPreTokenizer{"llama-v3", llama3Pattern},
    NamedPreTokenizer{"qwen2", qwen2Pattern},
    NamedPreTokenizer{"deepseek-r1-qwen", qwen2Pattern},
};

}  // namespace

SplitBehaviour splitBehaviourNamed(const std::string& name, const std::string& source) {
  if (name == "Removed") return SplitBehaviour::removed;
  if (name == "Isolated") return SplitBehaviour::isolated;
  if (name == "MergedWithPrevious") return SplitBehaviour::mergedWithPrevious;
  if (name == "MergedWithNext") return SplitBehaviour::mergedWithNext;
  if (name == "Contiguous") return SplitBehaviour::contiguous;
  throw Error(source + ": the pre-tokenizer's behavior \"" + name +
              "\" is not known; expected Removed, Isolated, MergedWithPrevious, MergedWithNext or Contiguous.");
}

void PreTokenizer::addSplit(const std::string& pattern, SplitBehaviour behaviour, bool invert,
                            const std::string& source) {
  steps_.push_back({std::make_shared<const Regex>(pattern, source), behaviour, invert});
}

void PreTokenizer::addDigits(bool individual) {
  addSplit(individual ? R"(\p{N})" : R"(\p{N}+)", SplitBehaviour::isolated, false, "digits");
}

void PreTokenizer::addGpt2() {
  addSplit(gpt2Pattern, SplitBehaviour::isolated, false, "GPT-2");
}

std::vector<TextSpan> PreTokenizer::words(std::string_view text) const {
  std::vector<TextSpan> words;
  if (!text.empty()) words.push_back({0, text.size()});
  for (const Step& step : steps_) {
    std::vector<TextSpan> finer;
    for (const TextSpan& word : words) {
      const std::string_view part = text.substr(word.begin, word.end - word.begin);
      for (const TextSpan& cut : split(part, *step.pattern, step.behaviour, step.invert)) {
        finer.push_back({word.begin + cut.begin, word.begin + cut.end});
      }
    }
    words = std::move(finer);
  }
  return words;
}

PreTokenizer PreTokenizer::named(const std::string& name, const std::string& source) {
  for (const NamedPreTokenizer& known : namedPreTokenizers) {
    if (name != known.name) continue;
    PreTokenizer result;
    if (known.digitsFirst) result.addDigits(true);
    result.addSplit(known.pattern, SplitBehaviour::isolated, false, source);
    return result;
  }
  std::string names;
  for (const NamedPreTokenizer& known : namedPreTokenizers)
    names += (names.empty() ? "" : ", ") + std::string(known.name);
  throw Error(source + ": the pre-tokenizer \"" + name + "\" (tokenizer.ggml.pre) is not known; expected one of " +
              names + ".");
}

}  // namespace sinkscope
