#pragma once

#include <cstdint>
#include <vector>

namespace sinkscope {

/// A part of a word while it is merged.
struct BpeSymbol {
  std::int32_t id = -1;
  std::uint32_t bytes = 0;  ///< how much of the word it covers
};

/// Byte-pair merges: which neighbours join into which token, and in which order.
class BpeMerges {
 public:
  BpeMerges() = default;
  explicit BpeMerges(std::size_t count) { reserve(count); }

  /// A merge; lower ranks come first. Of a pair that is given twice, the later rank stands, as in Hugging Face.
  void add(std::int32_t left, std::int32_t right, std::int32_t result, std::uint32_t rank);

  /// Joins neighbours until nothing joins, the lowest rank first, of equal ranks the leftmost. O(n log n).
  void apply(std::vector<BpeSymbol>& word) const;

 private:
  struct Join {
    std::uint32_t rank = none;
    std::int32_t result = 0;
  };
  struct Entry {
    std::uint64_t pair = emptyPair;
    Join join;
  };
  static constexpr std::uint32_t none = ~std::uint32_t{0};
  static constexpr std::uint64_t emptyPair = ~std::uint64_t{0};

  static std::uint64_t pairOf(std::int32_t left, std::int32_t right) {
    return std::uint64_t{static_cast<std::uint32_t>(left)} << 32 | static_cast<std::uint32_t>(right);
  }
  void reserve(std::size_t count);
  std::size_t slot(std::uint64_t pair) const;
  Join find(std::int32_t left, std::int32_t right) const;
  void applyShort(std::vector<BpeSymbol>& word) const;
  void applyLong(std::vector<BpeSymbol>& word) const;

  std::vector<Entry> table_;  // open addressing, a power of two, at most half full
  std::size_t used_ = 0;
};

}  // namespace sinkscope
