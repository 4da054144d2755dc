#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace sinkscope {

/// Unicode's normalization forms; `none` leaves text as it is.
enum class NormalForm { none, nfc, nfd, nfkc, nfkd };

/// A text in a normal form, and where its parts come from. Bytes that are not UTF-8 are kept.
class NormalText {
 public:
  NormalText(std::string_view original, NormalForm form);

  const std::string& text() const { return text_; }
  /// The place in the original that `end` in the normal text comes from; inside of characters that were changed
  /// together some place among them.
  std::size_t originOf(std::size_t end) const;

 private:
  struct Change {                                    // what lies between two changes has the same length in both texts
    std::size_t begin = 0, end = 0;                  // in the normal text
    std::size_t originalBegin = 0, originalEnd = 0;  // in the original
  };
  void append(std::string_view valid, std::size_t offset, NormalForm form);

  std::string text_;
  std::vector<Change> changes_;
};

}  // namespace sinkscope
