#pragma once

#include "core/text/tokenizer.h"

#include <string>
#include <vector>

namespace sinkscope {

/// For the tiny models, which have no tokenizer of their own: every byte is the token of that number, and <bos> is 1.
class ByteTokenizer : public Tokenizer {
 public:
  explicit ByteTokenizer(std::int64_t size) : size_(size) {}

  std::string bytesOf(std::int64_t id) const override {
    return isSpecial(id) ? "<bos>" : std::string(1, static_cast<char>(checked(id)));
  }
  bool isSpecial(std::int64_t id) const override { return id == 1; }
  std::int64_t size() const override { return size_; }
  std::optional<std::int64_t> bos() const override { return 1; }
  std::optional<std::int64_t> eos() const override { return std::nullopt; }
  bool addsBos() const override { return true; }
  std::string kind() const override { return "bytes"; }

  /// Text whose tokens are `ids`.
  static std::string textOf(const std::vector<std::int64_t>& ids) { return {ids.begin(), ids.end()}; }

 protected:
  void appendText(std::vector<PlacedId>& tokens, std::string_view text, bool) const override {
    for (std::size_t at = 0; at < text.size(); ++at) tokens.push_back({static_cast<unsigned char>(text[at]), at + 1});
  }
  const NameMatcher& specialTokens() const override { return names_; }

 private:
  std::int64_t size_;
  NameMatcher names_;
};

}  // namespace sinkscope
