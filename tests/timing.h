#pragma once

#include <QElapsedTimer>

#include <algorithm>
#include <cmath>

namespace sinkscope {

/// Milliseconds that `work` takes, the best of some times: other programs on a busy machine only add to it.
template <typename Work>
double milliseconds(int times, Work work) {
  double best = INFINITY;
  for (int i = 0; i < times; ++i) {
    QElapsedTimer timer;
    timer.start();
    work(i);
    best = std::min(best, static_cast<double>(timer.nsecsElapsed()) / 1e6);
  }
  return best;
}

}  // namespace sinkscope
