#pragma once

#include <algorithm>
#include <chrono>
#include <cmath>
#include <ctime>

namespace sinkscope {

/// What a piece of work takes, in milliseconds.
struct Cost {
  double wall = INFINITY;
  double processor = INFINITY;  ///< of all threads of this program: other programs on a busy machine hardly add to it
};

/// The best of some times.
template <typename Work>
Cost costOf(int times, Work work) {
  Cost best;
  for (int i = 0; i < times; ++i) {
    const auto start = std::chrono::steady_clock::now();
    const std::clock_t used = std::clock();
    work(i);
    const std::chrono::duration<double, std::milli> wall = std::chrono::steady_clock::now() - start;
    best.wall = std::min(best.wall, wall.count());
    best.processor = std::min(best.processor, 1e3 * static_cast<double>(std::clock() - used) / CLOCKS_PER_SEC);
  }
  return best;
}

}  // namespace sinkscope
