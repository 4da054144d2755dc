#pragma once

#include <ATen/Parallel.h>

#include <algorithm>
#include <atomic>
#include <cstdint>

namespace sinkscope {

/// Numbers that several operators can go over, one after the other, while they are in a core's cache.
inline constexpr std::int64_t kCachedNumbers = 32 * 1024;

/// Calls `work(begin, count)` for pieces of [0, total), `piece` at a time, on all threads. What a piece is does not
/// depend on how threads share them.
template <typename Work>
void byPieces(std::int64_t total, std::int64_t piece, Work work) {
  at::parallel_for(0, (total + piece - 1) / piece, 1, [&](std::int64_t begin, std::int64_t end) {
    for (std::int64_t i = begin * piece; i < std::min(total, end * piece); i += piece)
      work(i, std::min(piece, total - i));
  });
}

/// The same where some threads may be held up by other work: each takes the next piece when it is done with one.
template <typename Work>
void byPiecesInTurn(std::int64_t total, std::int64_t piece, Work work) {
  const std::int64_t threads = std::min<std::int64_t>(at::get_num_threads(), (total + piece - 1) / piece);
  std::atomic<std::int64_t> next = 0;
  at::parallel_for(0, threads, 1, [&](std::int64_t, std::int64_t) {
    for (std::int64_t i = 0; (i = next.fetch_add(piece)) < total;) work(i, std::min(piece, total - i));
  });
}

}  // namespace sinkscope
