#include "core/text/word_table.h"

#include <bit>
#include <cstring>

namespace sinkscope {
namespace {

/// Eight bytes at a time; words are short.
std::uint64_t hashOf(std::string_view word) {
  std::uint64_t hash = word.size();
  for (std::size_t at = 0; at < word.size(); at += sizeof hash) {
    std::uint64_t block = 0;
    std::memcpy(&block, word.data() + at, std::min(sizeof block, word.size() - at));
    hash = (hash ^ block) * 0x9E3779B97F4A7C15u;
    hash ^= hash >> 32;
  }
  return hash;
}

}  // namespace

WordTable::WordTable(const std::vector<std::string>& bytes)
    : bytes_(&bytes), table_(std::bit_ceil(2 * bytes.size() + 2)) {}

std::size_t WordTable::slot(std::string_view word, std::uint64_t hash) const {
  const std::size_t mask = table_.size() - 1;
  std::size_t at = hash & mask;
  for (; table_[at].id >= 0; at = (at + 1) & mask) {
    if (table_[at].hash == hash >> 32 && (*bytes_)[static_cast<std::size_t>(table_[at].id)] == word) break;
  }
  return at;
}

void WordTable::insert(std::int32_t id) {
  const std::string& word = (*bytes_)[static_cast<std::size_t>(id)];
  const std::uint64_t hash = hashOf(word);
  Entry& entry = table_[slot(word, hash)];
  if (entry.id < 0) entry = {static_cast<std::uint32_t>(hash >> 32), id};
}

std::int32_t WordTable::find(std::string_view word) const {
  return table_.empty() ? -1 : table_[slot(word, hashOf(word))].id;
}

}  // namespace sinkscope
