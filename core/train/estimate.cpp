#include "core/train/estimate.h"

#include "core/model/weight_memory.h"
#include "core/train/training_pass.h"

#include <ATen/Functions.h>

#include <algorithm>
#include <chrono>

#include <unistd.h>

namespace sinkscope {
namespace {

// Tokens of the pass that is timed: enough that products run at their full speed.
constexpr std::int64_t kMostTokens = 2048;

// Numbers that autograd keeps of a token in a layer: widths D (norms, residuals, writes), H d and K d (projections,
// rotated and not, head outputs) and F (gate, up, their product and its parts).
constexpr std::int64_t kWidths = 6, kHeadWidths = 6, kInner = 5;

std::int64_t windowsAtATime(const Recipe& recipe) {
  std::int64_t most = 0;
  for (std::size_t i = 0; i <= recipe.curriculum.size(); ++i)
    most = std::max(most, recipe.tokensPerStep / recipe.packingOf(i).context);
  return recipe.windowsAtATime == 0 ? most : std::min(most, recipe.windowsAtATime);
}

double flopsPerToken(const ModelConfig& c, std::int64_t context) {
  double weights = static_cast<double>(parametersOf(c));
  if (!c.tiedEmbedding) weights -= static_cast<double>(c.vocabulary * c.width);  // looked up, not multiplied
  // Each weight is multiplied and added once forward and twice backward; scores and sums of values likewise, over half
  // the context.
  const double attention = static_cast<double>(c.layers * c.heads * c.headWidth) * static_cast<double>(context);
  return 6.0 * weights + 6.0 * attention;
}

}  // namespace

TrainingEstimate estimateTraining(const Recipe& recipe, double flopsPerSecond) {
  const ModelConfig& c = recipe.model;
  TrainingEstimate result;
  result.parameters = parametersOf(c);
  result.tokens = recipe.steps * recipe.tokensPerStep;
  result.flopsPerToken = flopsPerToken(c, recipe.longestContext());
  const std::int64_t tokens = windowsAtATime(recipe) * recipe.longestContext();
  const std::int64_t kept = c.layers * (kWidths * c.width + kHeadWidths * (c.heads + c.keyHeads) * c.headWidth / 2 +
                                        kInner * c.feedForwardWidth);
  // Weights, gradients and two moments; a checkpoint's copy of weights and moments while it is written; the program.
  result.bytes = static_cast<std::uint64_t>(4 * (7 * result.parameters + tokens * kept) + (std::int64_t{300} << 20));
  result.seconds =
      flopsPerSecond > 0.0 ? result.flopsPerToken * static_cast<double>(result.tokens) / flopsPerSecond : 0;
  const long pages = ::sysconf(_SC_AVPHYS_PAGES), size = ::sysconf(_SC_PAGESIZE);
  if (pages > 0 && size > 0)
    result.memoryOfMachine = static_cast<std::uint64_t>(pages) * static_cast<std::uint64_t>(size);
  return result;
}

double measureTrainingSpeed(const Recipe& recipe, const std::string& device, const Job& job) {
  const Packing& packing = recipe.packingAt(0);
  const std::int64_t windows =
      std::clamp<std::int64_t>(kMostTokens / packing.context, 1, std::max<std::int64_t>(1, windowsAtATime(recipe)));
  TrainingPass pass(recipe, device);
  const at::Tensor tokens = at::randint(recipe.model.vocabulary, {windows, packing.context}, at::kLong);
  Windows batch;
  batch.tokens = tokens;
  batch.targets = tokens;
  pass.run(batch, 0, windows, packing, 1.0, job);  // the first one makes buffers and chooses kernels
  const auto began = std::chrono::steady_clock::now();
  pass.run(batch, 0, windows, packing, 1.0, job);
  const double seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - began).count();
  return flopsPerToken(recipe.model, packing.context) * static_cast<double>(windows * packing.context) / seconds;
}

}  // namespace sinkscope
