#include "core/text/bpe_merges.h"

#include <algorithm>
#include <array>
#include <bit>
#include <queue>
#include <tuple>

namespace sinkscope {
namespace {

constexpr std::size_t longestShort = 40;  // symbols up to which looking at each pair beats a queue
constexpr std::int32_t joined = -1;       // the id of a symbol that is now part of its left neighbour

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

void BpeMerges::add(std::int32_t left, std::int32_t right, std::int32_t result, std::uint32_t rank) {
  if (2 * (used_ + 1) > table_.size()) reserve(2 * (used_ + 1));
  Entry& entry = table_[slot(pairOf(left, right))];
  used_ += entry.pair == emptyPair;
  entry = {pairOf(left, right), {rank, result}};
}

BpeMerges::Join BpeMerges::find(std::int32_t left, std::int32_t right) const {
  return table_.empty() ? Join() : table_[slot(pairOf(left, right))].join;
}

void BpeMerges::apply(std::vector<BpeSymbol>& word) const {
  if (word.size() <= longestShort) {
    applyShort(word);
  } else {
    applyLong(word);
  }
}

void BpeMerges::applyShort(std::vector<BpeSymbol>& word) const {
  std::array<Join, longestShort> joins;  // of each symbol with its right neighbour
  for (std::size_t i = 0; i + 1 < word.size(); ++i) joins[i] = find(word[i].id, word[i + 1].id);
  std::size_t count = word.size();
  while (count > 1) {
    const auto end = joins.begin() + static_cast<std::ptrdiff_t>(count) - 1;
    const auto best =
        std::min_element(joins.begin(), end, [](const Join& a, const Join& b) { return a.rank < b.rank; });
    if (best->rank == none) break;
    const auto at = static_cast<std::size_t>(best - joins.begin());
    word[at] = {best->result, word[at].bytes + word[at + 1].bytes};
    std::copy(best + 1, end, best);
    std::copy(word.begin() + static_cast<std::ptrdiff_t>(at) + 2, word.begin() + static_cast<std::ptrdiff_t>(count),
              word.begin() + static_cast<std::ptrdiff_t>(at) + 1);
    --count;
    if (at > 0) joins[at - 1] = find(word[at - 1].id, word[at].id);
    if (at + 1 < count) joins[at] = find(word[at].id, word[at + 1].id);
  }
  word.resize(count);
}

void BpeMerges::applyLong(std::vector<BpeSymbol>& word) const {
  const auto count = static_cast<std::int32_t>(word.size());
  std::vector<std::int32_t> previous(word.size()), next(word.size());
  std::priority_queue<Candidate> queue;
  const auto consider = [&](std::int32_t left) {
    if (left < 0 || next[left] >= count) return;
    const std::int32_t leftId = word[left].id, rightId = word[next[left]].id;
    const Join join = find(leftId, rightId);
    if (join.rank != none) queue.push({join.rank, left, leftId, rightId, join.result});
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
