#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace sinkscope {

/// Finds a token by its bytes. Holds ids only: the bytes stay with the vocabulary, which must outlive the table.
class WordTable {
 public:
  WordTable() = default;
  /// `bytes`: of each id.
  explicit WordTable(const std::vector<std::string>& bytes);

  /// Of ids with the same bytes the first one stands.
  void insert(std::int32_t id);
  /// The id of `word`; -1: none.
  std::int32_t find(std::string_view word) const;

 private:
  struct Entry {
    std::uint32_t hash = 0;
    std::int32_t id = -1;
  };
  std::size_t slot(std::string_view word, std::uint64_t hash) const;

  const std::vector<std::string>* bytes_ = nullptr;
  std::vector<Entry> table_;  // open addressing, a power of two, at most half full
};

}  // namespace sinkscope
