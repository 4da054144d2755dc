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
  pattern.forEachMatch(text, [&](std::size_t begin, std::size_t end) {
    if (begin > at) parts.push_back({{at, begin}, invert});
    parts.push_back({{begin, end}, !invert});
    at = end;
  });
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

/// Appends the words of `text`, which stands at `offset`.
void split(std::vector<TextSpan>& words, std::string_view text, std::size_t offset, const PreTokenizer::Step& step) {
  const SplitBehaviour behaviour = step.behaviour;
  const auto append = [&](std::size_t begin, std::size_t end) { words.push_back({offset + begin, offset + end}); };
  if (behaviour == SplitBehaviour::isolated) {
    std::size_t at = 0;
    step.pattern->forEachMatch(text, [&](std::size_t begin, std::size_t end) {
      if (begin > at) append(at, begin);
      append(begin, end);
      at = end;
    });
    if (at < text.size()) append(at, text.size());
    return;
  }
  const std::vector<Part> parts = partsOf(text, *step.pattern, step.invert);
  if (behaviour == SplitBehaviour::mergedWithPrevious || behaviour == SplitBehaviour::mergedWithNext) {
    const bool forward = behaviour == SplitBehaviour::mergedWithPrevious;
    for (const TextSpan& word : forward ? mergeForward(parts) : mergeBackward(parts)) append(word.begin, word.end);
    return;
  }
  const std::size_t first = words.size();
  bool previous = false;
  for (const Part& part : parts) {
    if (behaviour == SplitBehaviour::removed && part.match) continue;
    if (behaviour == SplitBehaviour::contiguous && words.size() > first && part.match == previous) {
      words.back().end = offset + part.span.end;
    } else {
      append(part.span.begin, part.span.end);
    }
    previous = part.match;
  }
}

constexpr const char* gpt4oPattern =
    R"([^\r\n\p{L}\p{N}]?[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}]*[\p{Ll}\p{Lm}\p{Lo}\p{M}]+(?i:'s|'t|'re|'ve|'m|'ll|'d)?)"
    R"(|[^\r\n\p{L}\p{N}]?[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}]+[\p{Ll}\p{Lm}\p{Lo}\p{M}]*(?i:'s|'t|'re|'ve|'m|'ll|'d)?)"
    R"(|\p{N}{1,3}| ?[^\s\p{L}\p{N}]+[\r\n/]*|\s*[\r\n]+|\s+(?!\S)|\s+)";
constexpr const char* tekkenPattern =
    R"([^\r\n\p{L}\p{N}]?[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}]*[\p{Ll}\p{Lm}\p{Lo}\p{M}]+)"
    R"(|[^\r\n\p{L}\p{N}]?[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}]+[\p{Ll}\p{Lm}\p{Lo}\p{M}]*|\p{N})"
    R"(| ?[^\s\p{L}\p{N}]+[\r\n/]*|\s*[\r\n]+|\s+(?!\S)|\s+)";

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
    NamedPreTokenizer{"stablelm2", qwen2Pattern},
    NamedPreTokenizer{"dbrx", llama3Pattern},       // cl100k: OLMo 2, Phi-4
    NamedPreTokenizer{"smaug-bpe", llama3Pattern},  // SmolLM3
    NamedPreTokenizer{"gpt-4o", gpt4oPattern},
    NamedPreTokenizer{"llama4", gpt4oPattern},
    NamedPreTokenizer{"tekken", tekkenPattern},
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

void PreTokenizer::appendWords(std::vector<TextSpan>& words, std::string_view text) const {
  if (text.empty()) return;
  if (steps_.empty()) {
    words.push_back({0, text.size()});
    return;
  }
  if (steps_.size() == 1) return split(words, text, 0, steps_[0]);
  std::vector<TextSpan> coarse{{0, text.size()}}, fine;
  for (const Step& step : steps_) {
    fine.clear();
    for (const TextSpan& word : coarse) split(fine, text.substr(word.begin, word.end - word.begin), word.begin, step);
    coarse.swap(fine);
  }
  words.insert(words.end(), coarse.begin(), coarse.end());
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
