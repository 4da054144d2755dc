#include "core/text/bpe_merges.h"

#include <bit>
#include <queue>
#include <tuple>

namespace sinkscope {
namespace {

constexpr std::int32_t joined = -1;  // the id of a symbol that is now part of its left neighbour

struct Candidate {
  std::uint32_t rank = 0;
  std::int32_t left = 0;  // index of the left symbol in the word
  std::int32_t leftId = 0;
  std::int32_t rightId = 0;
  std::int32_t result = 0;

  bool operator<(const Candidate& other) const {  // the best one is the largest
    return std::tie(other.rank, other.left) < std::tie(rank, left);
  }
};

}  // namespace

void BpeMerges::reserve(std::size_t count) {
  std::vector<Entry> old(std::bit_ceil(2 * count + 16));
  old.swap(table_);
  for (const Entry& entry : old) {
    if (entry.pair != emptyPair) table_[slot(entry.pair)] = entry;
  }
}

std::size_t BpeMerges::slot(std::uint64_t pair) const {
  const std::size_t mask = table_.size() - 1;
  std::size_t at = (pair * 0x9E3779B97F4A7C15u >> 20) & mask;
  while (table_[at].pair != pair && table_[at].pair != emptyPair) at = (at + 1) & mask;
  return at;
}

void BpeMerges::add(std::int32_t left, std::int32_t right, std::int32_t result) {
  if (2 * (used_ + 1) > table_.size()) reserve(2 * (used_ + 1));
  Entry& entry = table_[slot(pairOf(left, right))];
  used_ += entry.pair == emptyPair;
  entry = {pairOf(left, right), ranks_++, result};
}

const BpeMerges::Entry* BpeMerges::find(std::int32_t left, std::int32_t right) const {
  if (table_.empty()) return nullptr;
  const Entry& entry = table_[slot(pairOf(left, right))];
  return entry.pair == emptyPair ? nullptr : &entry;
}

void BpeMerges::apply(std::vector<BpeSymbol>& word) const {
  const auto count = static_cast<std::int32_t>(word.size());
  if (count < 2) return;
  std::vector<std::int32_t> previous(word.size()), next(word.size());
  std::priority_queue<Candidate> queue;
  const auto consider = [&](std::int32_t left) {
    if (left < 0 || next[left] >= count) return;
    const std::int32_t leftId = word[left].id, rightId = word[next[left]].id;
    if (const Entry* entry = find(leftId, rightId)) queue.push({entry->rank, left, leftId, rightId, entry->result});
  };
  for (std::int32_t i = 0; i < count; ++i) {
    previous[i] = i - 1;
    next[i] = i + 1;
  }
  for (std::int32_t i = 0; i + 1 < count; ++i) consider(i);
  while (!queue.empty()) {
    const Candidate best = queue.top();
    queue.pop();
    const std::int32_t right = next[best.left];
    // A neighbour that has merged meanwhile leaves its old candidates behind.
    if (word[best.left].id != best.leftId) continue;
    if (right >= count || word[right].id != best.rightId) continue;
    word[best.left] = {best.result, word[best.left].bytes + word[right].bytes};
    word[right].id = joined;
    next[best.left] = next[right];
    if (next[right] < count) previous[next[right]] = best.left;
    consider(best.left);
    consider(previous[best.left]);
  }
  std::erase_if(word, [](const BpeSymbol& symbol) { return symbol.id == joined; });
}

}  // namespace sinkscope
