#include "core/trace/trace.h"

#include "core/byte_text.h"
#include "core/error.h"

#include <ATen/Functions.h>

#include <algorithm>
#include <array>

namespace sinkscope {
namespace {

std::size_t size(std::int64_t n) {
  return static_cast<std::size_t>(n);
}

}  // namespace

TraceOptions TraceOptions::from(std::size_t prompt) const {
  TraceOptions options = *this;
  options.wholePrompts -= std::min(prompt, wholePrompts);
  return options;
}

std::vector<NamedValues> arraysOf(Trace& trace) {
  std::vector<NamedValues> arrays;
  const auto add = [&](const char* name, auto& array) {
    if (!array.empty()) arrays.push_back({name, array.values()});
  };
  add("shares", trace.shares);
  add("rowEntropy", trace.rowEntropy);
  add("valueNorm", trace.valueNorm);
  add("outputNorm", trace.outputNorm);
  add("meanEntropy", trace.meanEntropy);
  add("drain", trace.drain);
  add("residualNorm", trace.residualNorm);
  return arrays;
}

Trace blankTrace(const ModelConfig& c, std::int64_t tokens, const TraceOptions& options) {
  Trace trace;
  trace.layers = c.layers;
  trace.heads = c.heads;
  trace.keyHeads = c.keyHeads;
  trace.tokens = tokens;
  trace.scale = c.attentionScale;
  trace.sigmoid = c.hasSigmoids();
  trace.cap = c.attentionCap;
  for (const LayerConfig& layer : c.perLayer)
    trace.layer.push_back({.window = layer.window, .firstKeys = layer.firstKeys});
  const std::size_t layers = size(c.layers), heads = size(c.heads);
  if (options.wholePrompts > 0) {
    const std::array<std::size_t, 3> perHead{layers, heads, size(tokens)};
    if (options.statistics) trace.shares = trace.rowEntropy = Array<float, 3>(perHead);
    trace.outputNorm = Array<float, 3>(perHead);
    trace.valueNorm = Array<float, 3>({layers, size(c.keyHeads), size(tokens)});
  } else {
    if (options.statistics) trace.shares = Array<float, 3>({layers, heads, 1});
    if (options.statistics) trace.meanEntropy = Array<float, 2>({layers, heads});
    trace.drain = Array<float, 2>({layers, heads});
  }
  trace.residualNorm = Array<float, 2>({size(c.layers + 1), size(tokens)});
  if (options.loss) trace.tokenLoss.resize(size(tokens - 1));
  if (options.loss) trace.lastLogits = at::zeros({c.vocabulary}, at::kFloat);
  return trace;
}

HeadAttention Trace::head(std::int64_t l, std::int64_t h) const {
  if (l < 0 || l >= layers || h < 0 || h >= heads)
    throw Error("The trace has no layer " + std::to_string(l) + ", head " + std::to_string(h) + ": it has " +
                std::to_string(layers) + " layers of " + std::to_string(heads) + " heads.");
  if (!hasAttention()) throw Error("The attention of this prompt was not kept, only its statistics.");
  const Layer& kept = layer[size(l)];
  return {.query = kept.query[h],
          .key = kept.key[h * keyHeads / heads],
          .logSumExp = kept.logSumExp[h],
          .scale = scale,
          .window = kept.window,
          .firstKeys = kept.firstKeys,
          .sigmoid = sigmoid,
          .cap = cap};
}

TracePlan planTrace(const ModelConfig& c, std::int64_t tokens, Keep wanted, std::uint64_t budgetBytes) {
  // In double precision: a hostile config must not wrap around. Every number is a 4-byte float.
  const double perToken = 4.0 * static_cast<double>(tokens), layers = static_cast<double>(c.layers);
  const double statistics = perToken * (layers * static_cast<double>(3 * c.heads + c.keyHeads + 1) + 2);
  const double attention =
      statistics +
      perToken * layers * static_cast<double>((c.heads + c.keyHeads) * (c.headWidth + extraWidth(c)) + c.heads);
  const double everything = attention + perToken * (layers + 1) * static_cast<double>(c.width);
  const auto bytes = [&](Keep keep) {
    return static_cast<std::uint64_t>(keep == Keep::Statistics  ? statistics
                                      : keep == Keep::Attention ? attention
                                                                : everything);
  };
  Keep keep = wanted;
  while (keep != Keep::Statistics && bytes(keep) > budgetBytes)
    keep = keep == Keep::Everything ? Keep::Attention : Keep::Statistics;
  TracePlan plan{keep, bytes(keep), {}};
  if (keep != wanted)
    plan.reason = "Keeping " +
                  std::string(wanted == Keep::Everything ? "attention and residual stream" : "the attention") + " of " +
                  std::to_string(tokens) + " tokens needs " + mebibytes(bytes(wanted)) + ", more than the budget of " +
                  mebibytes(budgetBytes) + "; " +
                  (keep == Keep::Attention ? "the residual stream is" : "the attention maps are") + " left out.";
  return plan;
}

}  // namespace sinkscope
