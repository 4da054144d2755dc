#include "core/analysis/explore.h"

#include "core/analysis/likeliest.h"
#include "core/model/sha256.h"
#include "core/shared_folder.h"

#include <ATen/Functions.h>

#include <chrono>
#include <utility>

namespace sinkscope {
namespace {

constexpr std::int64_t kPredictions = 5;

/// Where a pass of a streamed model over these prompts keeps what it has done, should it be interrupted.
std::filesystem::path interruptedFile(const Model& model, const std::vector<std::vector<std::int64_t>>& prompts) {
  std::string all = std::filesystem::weakly_canonical(model.path).string();
  for (const FileIdentity& file : model.identity.files) all.append("\n" + std::to_string(file.bytes));
  for (const std::vector<std::int64_t>& ids : prompts) {
    all += '\n';
    for (const std::int64_t id : ids) all.append(" " + std::to_string(id));
  }
  Sha256 hash;
  hash.add(all.data(), all.size());
  const std::filesystem::path folder = cacheFolder();
  return folder.empty() ? folder : folder / "interrupted" / (hash.hexadecimal() + ".safetensors");
}

/// Takes the numbers out of a trace, which keeps its attention.
PromptResult takeResult(std::string prompt, std::vector<Token> tokens, Trace& trace, const Tokenizer& tokenizer) {
  PromptResult result;
  result.prompt = std::move(prompt);
  result.tokens = std::move(tokens);
  for (const Trace::Layer& layer : trace.layer) result.shares.windows.push_back(layer.windowOf(0));
  result.shares.shares = std::exchange(trace.shares, {});
  result.rowEntropy = std::exchange(trace.rowEntropy, {});
  result.valueNorm = std::exchange(trace.valueNorm, {});
  result.outputNorm = std::exchange(trace.outputNorm, {});
  result.residualNorm = std::exchange(trace.residualNorm, {});
  result.tokenLoss = std::exchange(trace.tokenLoss, {});
  result.next = likeliest(at::log_softmax(trace.lastLogits, -1), tokenizer, kPredictions);
  return result;
}

}  // namespace

double PromptResult::loss() const {
  return mean(tokenLoss);
}

std::vector<PromptShares> ExploreResult::shares() const {
  std::vector<PromptShares> result;
  for (const PromptResult& prompt : prompts) result.push_back(prompt.shares);
  return result;
}

SinkConventions ExploreResult::conventions(double epsilon, bool includeQuery0) const {
  SinkConventions c;
  c.epsilon = epsilon;
  c.prompts = prompts.size();
  c.bos = request.bos;
  c.bosText = bosText;
  c.includesQuery0 = includeQuery0;
  for (const PromptResult& prompt : prompts) {
    const std::size_t tokens = prompt.tokens.size();
    c.tokensMin = c.tokensMax == 0 ? tokens : std::min(c.tokensMin, tokens);
    c.tokensMax = std::max(c.tokensMax, tokens);
  }
  return c;
}

Exploration explore(const Model& model, const Tokenizer& tokenizer, const ExploreRequest& request, const Job& job) {
  if (request.prompts.empty()) throw Error("There is nothing to analyse: no prompt was given.");
  const auto start = std::chrono::steady_clock::now();
  auto result = std::make_shared<ExploreResult>();
  static_cast<Provenance&>(*result) = provenanceOf(model);
  result->request = request;
  if (tokenizer.bos()) result->bosText = tokenizer.bytesOf(*tokenizer.bos());

  std::vector<std::vector<Token>> encoded;
  std::int64_t total = 0;
  for (std::size_t i = 0; i < request.prompts.size(); ++i) {
    encoded.push_back(tokenizer.encode(request.prompts[i], {.addBos = request.bos, .limit = request.tokenLimit}));
    if (encoded.back().empty())
      throw Error("Prompt " + std::to_string(i + 1) + " has no tokens: there is nothing to analyse.");
    total += static_cast<std::int64_t>(encoded.back().size());
  }
  const TracePlan plan = planTrace(model.config(), total, request.keep, request.budgetBytes);
  result->note = plan.reason;
  if (!plan.reason.empty()) job.progress(plan.reason, 0.0);

  Exploration exploration;
  const auto take = [&](std::size_t i, Trace trace) {
    result->prompts.push_back(takeResult(request.prompts[i], std::move(encoded[i]), trace, tokenizer));
    exploration.traces.push_back(trace.hasAttention() ? std::make_shared<const Trace>(std::move(trace)) : nullptr);
  };
  const TraceOptions options{.keep = plan.keep};
  if (model.weights == WeightsAs::Streamed) {
    std::vector<std::vector<std::int64_t>> ids;
    for (const std::vector<Token>& tokens : encoded) ids.push_back(idsOf(tokens));
    const bool resumes = plan.keep == Keep::Statistics;
    std::vector<Trace> traces =
        captureAll(model, ids, options, job, resumes ? interruptedFile(model, ids) : std::filesystem::path());
    for (std::size_t i = 0; i < traces.size(); ++i) take(i, std::move(traces[i]));
  } else {
    const double count = static_cast<double>(encoded.size());
    for (std::size_t i = 0; i < encoded.size(); ++i) {
      const Job part = job.part(static_cast<double>(i) / count, static_cast<double>(i + 1) / count);
      take(i, capture(model, idsOf(encoded[i]), options, part));
    }
  }
  result->seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
  exploration.result = std::move(result);
  return exploration;
}

}  // namespace sinkscope
