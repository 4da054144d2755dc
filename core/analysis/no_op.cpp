#include "core/analysis/no_op.h"

#include "core/analysis/sink_metric.h"
#include "core/error.h"
#include "core/trace/trace.h"

#include <chrono>
#include <cmath>
#include <utility>

namespace sinkscope {
namespace {

/// Median over the prompts of every head's value drain.
Array<double, 2> medianDrain(const std::vector<Array<double, 2>>& drains) {
  Array<double, 2> result = drains.front();
  for (std::size_t i = 0; i < result.size(); ++i) {
    std::vector<double> values;
    for (const Array<double, 2>& drain : drains) values.push_back(drain.values()[i]);
    result.values()[i] = median(std::move(values));
  }
  return result;
}

}  // namespace

HeadClass headClass(double rest, double drain, const HeadClassBounds& bounds) {
  if (!(rest > bounds.rest) || std::isnan(drain)) return HeadClass::Active;
  return drain < bounds.drain ? HeadClass::NoOp : HeadClass::Broadcast;
}

NoOpResult noOpHeads(const Model& model, const Tokenizer& tokenizer, const NoOpRequest& request, const Job& job) {
  const auto start = std::chrono::steady_clock::now();
  if (request.prompts.empty()) throw Error("There is nothing to analyse: no prompt was given.");
  NoOpResult result;
  result.request = request;
  static_cast<Provenance&>(result) = provenanceOf(model);
  if (tokenizer.bos()) result.bosText = tokenizer.bytesOf(*tokenizer.bos());

  std::vector<std::vector<Token>> encoded;
  for (std::size_t i = 0; i < request.prompts.size(); ++i) {
    encoded.push_back(tokenizer.encode(request.prompts[i], {.addBos = request.bos, .limit = request.tokenLimit}));
    if (encoded.back().size() < 2)
      throw Error("Prompt " + std::to_string(i + 1) + " has fewer than two tokens: nothing can rest on its first one.");
  }
  WakeCollector collector(model.config().layers, model.config().heads, encoded);
  std::vector<PromptShares> shares;
  std::vector<Array<double, 2>> drains;
  const auto count = static_cast<double>(encoded.size());
  for (std::size_t i = 0; i < encoded.size(); ++i) {
    const Job part = job.part(static_cast<double>(i) / count, static_cast<double>(i + 1) / count);
    Trace trace = capture(model, idsOf(encoded[i]), {.keep = Keep::Attention, .loss = false}, part);
    collector.add(encoded[i], trace, part);
    drains.push_back(valueDrain(trace.outputNorm));
    shares.push_back({std::move(trace.shares), {}});
  }
  result.rest = meanHeadShares(shares);
  result.drain = medianDrain(drains);
  result.scan = collector.finish();
  result.seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
  return result;
}

}  // namespace sinkscope
