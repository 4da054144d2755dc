#pragma once

#include "core/analysis/no_op.h"

#include <limits>

namespace sinkscope {

/// A scan of made-up numbers: two layers, two heads, three kinds of token.
inline NoOpResult sampleNoOp() {
  NoOpResult result;
  result.model.name = "tiny";
  result.model.config.family = "llama";
  result.model.config.layers = 2;
  result.model.config.heads = 2;
  result.model.config.keyHeads = 1;
  result.model.config.perLayer.resize(2);
  result.created = "2026-01-02T03:04:05Z";
  result.program = "sinkscope 0";
  result.torch = "2";
  result.seconds = 0.5;
  result.request = {"tiny", {"It's", "", "a b\xFF"}, true, 16, {0.25, 0.75}, "cpu"};
  result.bosText = "<s>";
  double number = 0.25;
  const auto fill = [&number](auto&& values) {
    for (auto& value : values) value = static_cast<std::remove_reference_t<decltype(value)>>(number += 0.5);
  };
  result.rest = result.drain = Array<double, 2>({2, 2});
  fill(result.rest.values());
  fill(result.drain.values());
  result.scan.tokens = {{1, "<s>", 0, 0, true}, {5, "a", 0, 0, false}, {6, " b\xFF", 0, 0, false}};
  for (const auto& [table, kinds] : {std::pair{&result.scan.byToken, std::size_t{3}},
                                     {&result.scan.byClass, kTokenClasses.size()},
                                     {&result.scan.overall, std::size_t{1}}}) {
    table->count = Array<std::int64_t, 2>({2, kinds});
    table->awake = table->variance = table->previous = Array<double, 3>({2, 2, kinds});
    fill(table->count.values());
    fill(table->awake.values());
    fill(table->variance.values());
    fill(table->previous.values());
  }
  result.scan.byToken.variance(1, 1, 2) = std::numeric_limits<double>::quiet_NaN();
  return result;
}

}  // namespace sinkscope
