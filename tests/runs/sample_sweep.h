#pragma once

#include "core/analysis/sweep.h"

#include <limits>

namespace sinkscope {

/// A sweep of made-up numbers over three tokens, with <bos> and without: two layers; the last position is not done.
inline SweepResult sampleSweep() {
  constexpr float kNaN = std::numeric_limits<float>::quiet_NaN();
  SweepResult result;
  result.model.name = "tiny";
  result.model.config.family = "llama";
  result.model.config.layers = 2;
  result.model.config.heads = 2;
  result.model.config.keyHeads = 1;
  result.model.config.perLayer.resize(2);
  result.created = "2026-01-02T03:04:05Z";
  result.program = "sinkscope 0.1.0";
  result.torch = "2.13.0";
  result.seconds = 0.5;
  result.request.model = "tiny";
  result.request.prompt = "a b\xFF";
  result.request.draws = 2;
  result.request.seed = std::uint64_t{1} << 63;
  result.bosText = "<s>";
  result.drawn = Array<std::int64_t, 2>({3, 2}, 7);
  result.drawn(1, 1) = -1;
  for (const Condition condition : result.request.conditions) {
    SweepMap map;
    map.condition = condition;
    if (condition == Condition::Bos) map.tokens.push_back({1, "<s>", 0, 0, true});
    map.tokens.push_back({5, "a", 0, 1, false});
    map.tokens.push_back({6, " b", 1, 3, false});
    map.tokens.push_back({8, "\xFF", 3, 4, false});
    map.count = {2, 1, 0};
    map.norm = Array<float, 2>({4, map.tokens.size()}, 4.0f);
    float number = 0.25f;
    for (Array<float, 3>* array : {&map.l2, &map.infinity, &map.cosine}) {
      *array = Array<float, 3>({4, 3, map.tokens.size()}, 0.0f);
      for (std::size_t place = 0; place < 4; ++place)
        for (std::size_t position = 0; position < 3; ++position)
          for (std::size_t t = 0; t < map.tokens.size(); ++t)
            if (position == 2)
              (*array)(place, position, t) = kNaN;
            else if (t >= map.tokenOf(position))
              (*array)(place, position, t) = number += 0.5f;
    }
    result.maps.push_back(std::move(map));
  }
  return result;
}

}  // namespace sinkscope
