#pragma once

#include "core/analysis/perturbation.h"

#include <algorithm>
#include <limits>

namespace sinkscope {

/// A perturbation of made-up numbers: two layers, two heads; the second map's change differs in length.
inline PerturbResult samplePerturbation() {
  constexpr float kNaN = std::numeric_limits<float>::quiet_NaN();
  PerturbResult result;
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
  result.request.prompt = "a b c";
  result.request.swap = Swap{1, 7};
  result.request.conditions = {Condition::Bos, Condition::HiddenSink};
  result.bosText = "<s>";
  for (const Condition condition : result.request.conditions) {
    PerturbMap map;
    map.condition = condition;
    const bool longer = condition == Condition::HiddenSink;
    map.before = {{1, "<s>", 0, 0, true}, {5, "a", 0, 1, false}, {6, " b", 1, 3, false}, {8, "\xFF c", 3, 5, false}};
    map.after = map.before;
    map.after[2] = {7, " d", 1, 3, false};
    if (longer) map.after.insert(map.after.begin() + 3, {9, "e", 3, 3, false});
    map.alignment = {2, 3, longer ? std::size_t{4} : std::size_t{3}};
    float number = 0.25f;
    for (Array<float, 2>* array : {&map.l2, &map.infinity, &map.cosine, &map.norm}) {
      *array = Array<float, 2>({4, 4});
      for (float& value : array->values()) value = number += 0.5f;
    }
    for (std::size_t place = 0; place < 4; ++place)
      if (longer) map.l2(place, 2) = kNaN;
    map.alpha0 = Array<float, 2>({2, 2}, 0.25f);
    map.otherAlpha0 = Array<float, 2>({2, 2}, 0.75f);
    map.attention = Array<float, 3>({2, 2, 4}, 0.125f);
    map.divergence = {0, 0, longer ? kNaN : 1.0f, 2.0f};
    map.next = {
        {{"x", 0.5}, {"\xFF", 0.25}}, {{"y", 0.5}, {"z", 0.25}}, {{"", 0.5}, {"w", 0.25}}, {{"v", 1.0}, {"u", 0.0}}};
    map.otherNext = map.next;
    if (longer) map.otherNext[2].clear();
    result.maps.push_back(std::move(map));
  }
  return result;
}

}  // namespace sinkscope
