#include "core/analysis/explore.h"

#include "core/analysis/likeliest.h"
#include "core/byte_text.h"
#include "core/data_folder.h"
#include "core/model/sha256.h"

#include <ATen/Functions.h>

#include <algorithm>
#include <chrono>
#include <cmath>
#include <filesystem>
#include <functional>
#include <limits>
#include <span>
#include <utility>

namespace sinkscope {
namespace {

constexpr std::int64_t kPredictions = 5;

/// Where a pass of a streamed model over these prompts keeps what it has done, should it be interrupted.
std::filesystem::path interruptedFile(const Model& model, const std::vector<std::vector<std::int64_t>>& prompts,
                                      const TraceOptions& options) {
  std::string all = std::filesystem::weakly_canonical(model.path).string();
  for (const FileIdentity& file : model.identity.files) all.append("\n" + std::to_string(file.bytes));
  for (const std::vector<std::int64_t>& ids : prompts) {
    all += '\n';
    for (const std::int64_t id : ids) all.append(" " + std::to_string(id));
  }
  if (options.wholePrompts < prompts.size()) all.append("\nwhole " + std::to_string(options.wholePrompts));
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
  if (!trace.meanEntropy.empty()) result.shares.length = result.tokens.size();
  result.shares.shares = std::exchange(trace.shares, {});
  result.rowEntropy = std::exchange(trace.rowEntropy, {});
  result.valueNorm = std::exchange(trace.valueNorm, {});
  result.outputNorm = std::exchange(trace.outputNorm, {});
  result.meanEntropy = std::exchange(trace.meanEntropy, {});
  result.drain = std::exchange(trace.drain, {});
  result.residualNorm = std::exchange(trace.residualNorm, {});
  result.tokenLoss = std::exchange(trace.tokenLoss, {});
  result.next = likeliest(at::log_softmax(trace.lastLogits, -1), tokenizer, kPredictions);
  return result;
}

/// Captures prompts, one after the other or together, and hands each trace on as soon as it is there.
void eachTrace(const Model& model, const std::vector<std::vector<std::int64_t>>& prompts, const TraceOptions& options,
               const Job& job, const std::function<void(Trace)>& take) {
  if (model.weights == WeightsAs::Streamed && !prompts.empty()) {
    const bool resumes = options.keep == Keep::Statistics;
    std::vector<Trace> traces = captureAll(
        model, prompts, options, job, resumes ? interruptedFile(model, prompts, options) : std::filesystem::path());
    for (Trace& trace : traces) take(std::move(trace));
    return;
  }
  const double count = static_cast<double>(prompts.size());
  for (std::size_t i = 0; i < prompts.size(); ++i)
    take(capture(model, prompts[i], options.from(i),
                 job.part(static_cast<double>(i) / count, static_cast<double>(i + 1) / count)));
}

void addUp(std::span<float> values, ProcessGroup& group) {
  at::Tensor sum = at::from_blob(values.data(), {static_cast<std::int64_t>(values.size())}, at::kFloat);
  group.sum(sum);
}

/// The same where processes share the prompts, every so manyth one each. What a process has not measured is zero in it,
/// so that sums over all processes are the numbers.
void eachSharedTrace(const Model& model, const std::vector<std::vector<std::int64_t>>& prompts,
                     const TraceOptions& options, const Job& job, ProcessGroup& group,
                     const std::function<void(Trace)>& take) {
  const auto rank = static_cast<std::size_t>(group.rank()), processes = static_cast<std::size_t>(group.size());
  std::vector<std::vector<std::int64_t>> own;
  TraceOptions ofOwn = options;
  ofOwn.wholePrompts = 0;
  for (std::size_t i = rank; i < prompts.size(); i += processes) {
    own.push_back(prompts[i]);
    if (i < options.wholePrompts) ++ofOwn.wholePrompts;
  }
  std::vector<Trace> measured;
  eachTrace(model, own, ofOwn, job, [&](Trace trace) { measured.push_back(std::move(trace)); });
  for (std::size_t i = 0; i < prompts.size(); ++i) {
    Trace trace = i % processes == rank
                      ? std::move(measured[i / processes])
                      : blankTrace(model.config(), static_cast<std::int64_t>(prompts[i].size()), options.from(i));
    for (const NamedValues& array : arraysOf(trace)) addUp(array.values, group);
    addUp(trace.tokenLoss, group);
    group.sum(trace.lastLogits);
    take(std::move(trace));
  }
}

/// Of how many prompts the arrays over tokens are kept: all, or the first where they need more than their budget. Kept
/// attention, which needs far more, has room for them in its own budget.
std::size_t wholePrompts(const ModelConfig& config, std::int64_t tokens, Keep keep, std::uint64_t budgetBytes) {
  const std::uint64_t bytes = planTrace(config, tokens, Keep::Statistics, budgetBytes).bytes;
  return keep != Keep::Statistics || bytes <= budgetBytes ? std::numeric_limits<std::size_t>::max() : 1;
}

std::string summaryNote(std::size_t prompts, std::uint64_t budgetBytes) {
  return "Entropies, norms and shares of every token are kept of the first prompt alone: those of " +
         std::to_string(prompts) + " prompts need more than " + mebibytes(budgetBytes) +
         ". Of the others there are the first token's share, mean entropy and value drain of every head.";
}

}  // namespace

double PromptResult::loss() const {
  return mean(tokenLoss);
}

Array<double, 2> PromptResult::valueDrain() const {
  if (!outputNorm.empty()) return sinkscope::valueDrain(outputNorm);
  Array<double, 2> result({shares.shares.extent(0), shares.shares.extent(1)}, std::nan(""));
  std::ranges::copy(drain.values(), result.data());
  return result;
}

double PromptResult::entropyOf(std::size_t layer, std::size_t head) const {
  if (!rowEntropy.empty()) return mean(rowEntropy.row(layer, head));
  return meanEntropy.empty() ? std::nan("") : meanEntropy(layer, head);
}

std::vector<PromptShares> ExploreResult::shares() const {
  std::vector<PromptShares> result;
  for (const PromptResult& prompt : prompts) result.push_back(firstKeyOf(prompt.shares));
  return result;
}

SinkConventions ExploreResult::conventions(double epsilon, bool includeQuery0) const {
  SinkConventions c;
  c.epsilon = epsilon;
  c.prompts = prompts.size();
  c.bos = request.bos;
  c.bosText = bosText;
  c.chat = request.chat;
  c.includesQuery0 = includeQuery0;
  for (const PromptResult& prompt : prompts) {
    const std::size_t tokens = prompt.tokens.size();
    c.tokensMin = c.tokensMax == 0 ? tokens : std::min(c.tokensMin, tokens);
    c.tokensMax = std::max(c.tokensMax, tokens);
  }
  return c;
}

std::pair<int, int> ExploreResult::strongestHead() const {
  const Array<double, 2> means = meanHeadShares(shares());
  const auto values = means.values();
  const auto most = std::ranges::max_element(values) - values.begin();
  const auto heads = static_cast<std::ptrdiff_t>(means.extent(1));
  return {static_cast<int>(most / heads), static_cast<int>(most % heads)};
}

Exploration explore(const Model& model, const Tokenizer& tokenizer, const ExploreRequest& request, const Job& job,
                    ProcessGroup& group) {
  if (request.prompts.empty()) throw Error("There is nothing to analyse: no prompt was given.");
  const auto start = std::chrono::steady_clock::now();
  auto result = std::make_shared<ExploreResult>();
  static_cast<Provenance&>(*result) = provenanceOf(model);
  result->request = request;
  if (tokenizer.bos()) result->bosText = tokenizer.bytesOf(*tokenizer.bos());

  std::vector<std::vector<Token>> encoded;
  std::int64_t total = 0;
  for (std::size_t i = 0; i < request.prompts.size(); ++i) {
    encoded.push_back(tokenizer.encode(request.prompts[i],
                                       {.addBos = request.bos, .chat = request.chat, .limit = request.tokenLimit}));
    if (encoded.back().empty())
      throw Error("Prompt " + std::to_string(i + 1) + " has no tokens: there is nothing to analyse.");
    total += static_cast<std::int64_t>(encoded.back().size());
  }
  const Keep wanted = group.size() > 1 ? Keep::Statistics : request.keep;
  const TracePlan plan = planTrace(model.config(), total, wanted, request.budgetBytes);
  result->note = plan.reason;
  if (!plan.reason.empty()) job.progress(plan.reason, 0.0);

  std::vector<std::vector<std::int64_t>> ids;
  for (const std::vector<Token>& tokens : encoded) ids.push_back(idsOf(tokens));
  Exploration exploration;
  const auto take = [&](Trace trace) {
    const std::size_t i = result->prompts.size();
    result->prompts.push_back(takeResult(request.prompts[i], std::move(encoded[i]), trace, tokenizer));
    exploration.traces.push_back(trace.hasAttention() ? std::make_shared<const Trace>(std::move(trace)) : nullptr);
  };
  const TraceOptions options{.keep = plan.keep,
                             .wholePrompts = wholePrompts(model.config(), total, plan.keep, request.arrayBudgetBytes)};
  if (options.wholePrompts < ids.size()) {
    if (!result->note.empty()) result->note += ' ';
    result->note += summaryNote(ids.size(), request.arrayBudgetBytes);
  }
  if (group.size() == 1)
    eachTrace(model, ids, options, job, take);
  else
    eachSharedTrace(model, ids, options, job, group, take);
  result->seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
  exploration.result = std::move(result);
  return exploration;
}

}  // namespace sinkscope
