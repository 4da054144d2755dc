#include "core/analysis/sweeper.h"

#include "core/analysis/candidates.h"
#include "core/analysis/unchanged_pass.h"
#include "core/error.h"

#include <ATen/Functions.h>

#include <algorithm>
#include <chrono>
#include <cmath>
#include <limits>
#include <string>

namespace sinkscope {
namespace {

constexpr float kNaN = std::numeric_limits<float>::quiet_NaN();

// Tokens of a batch: enough to fill the processor, few enough that a layer's intermediates stay small.
constexpr std::size_t kBatchTokens = 1024;

// Of the tokens that a batch runs anew, at most this share may lie before a later row's swap: they do not change.
constexpr std::size_t kSharedPrefix = 8;

// What the changes of all conditions may take, in bytes.
constexpr double kMostBytes = 2e9;

/// One changed prompt.
struct Row {
  std::size_t position = 0;
  std::int64_t id = 0;       // what takes the token's place
  std::int64_t ordinal = 0;  // of the position's swaps, from 1
};

/// Rows that go through one pass: they share what stands before the first row's position.
struct Batch {
  std::vector<Row> rows;
  std::size_t cut = 0;  // position of the text
  std::size_t tokens(std::size_t positions) const { return rows.size() * (positions - cut); }
};

std::vector<Batch> batchesOf(const Array<std::int64_t, 2>& drawn) {
  const std::size_t positions = drawn.extent(0);
  std::vector<Batch> batches;
  for (std::size_t position = 0; position < positions; ++position) {
    std::int64_t ordinal = 0;
    for (const std::int64_t id : drawn.row(position)) {
      if (id < 0) continue;
      const auto fits = [&](const Batch& batch) {
        const std::size_t suffix = positions - batch.cut;
        return (batch.rows.size() + 1) * suffix <= kBatchTokens && (position - batch.cut) * kSharedPrefix <= suffix;
      };
      if (batches.empty() || !fits(batches.back())) batches.push_back({{}, position});
      batches.back().rows.push_back({position, id, ++ordinal});
    }
  }
  return batches;
}

/// Compares a batch of changed suffixes with the unchanged pass while it runs, and takes the changes into the means.
class BatchComparison : public Observer {
 public:
  BatchComparison(const UnchangedPass& unchanged, const Batch& batch, std::int64_t layers, SweepMap& map)
      : unchanged_(unchanged), batch_(batch), layers_(layers), map_(map) {}

  bool wants(const Place& place) const override {
    return place.site == Site::Embedding || place.site == Site::Residual || place.site == Site::FinalNorm;
  }

  at::Tensor visit(const Place& place, at::Tensor value) override {
    const std::size_t index = placeIndex(place, layers_);
    const auto cut = static_cast<std::int64_t>(map_.tokenOf(batch_.cut));
    const VectorChange change = changeBetween(unchanged_.residual[index].slice(0, cut), value);
    take(change.l2, index, map_.l2);
    take(change.infinity, index, map_.infinity);
    take(change.cosine, index, map_.cosine);
    return value;
  }

 private:
  /// `change` [row, token from the cut on]
  void take(const at::Tensor& change, std::size_t place, Array<float, 3>& means) const {
    const float* values = change.const_data_ptr<float>();
    const auto width = static_cast<std::size_t>(change.size(1));
    for (std::size_t r = 0; r < batch_.rows.size(); ++r) {
      const Row& row = batch_.rows[r];
      const std::span<float> mean = means.row(place, row.position);
      if (row.ordinal == 1) std::ranges::fill(mean, 0.0f);
      const auto ordinal = static_cast<float>(row.ordinal);
      for (std::size_t t = map_.tokenOf(row.position); t < mean.size(); ++t)
        mean[t] += (values[r * width + t - (mean.size() - width)] - mean[t]) / ordinal;
    }
  }

  const UnchangedPass& unchanged_;
  const Batch& batch_;
  std::int64_t layers_;
  SweepMap& map_;
};

void runBatch(const Model& model, const UnchangedPass& unchanged, const Batch& batch, SweepMap& map, const Job& job) {
  const ModelConfig& c = model.config();
  const std::size_t cut = map.tokenOf(batch.cut);
  const std::vector<std::int64_t> ids = idsOf(map.tokens);
  std::vector<std::int64_t> changed;
  for (const Row& row : batch.rows) {
    changed.insert(changed.end(), ids.begin() + static_cast<std::ptrdiff_t>(cut), ids.end());
    changed[changed.size() - ids.size() + map.tokenOf(row.position)] = row.id;
  }
  const at::Tensor input = inputOf(changed, model).view({static_cast<std::int64_t>(batch.rows.size()), -1});
  BatchComparison comparison(unchanged, batch, c.layers, map);
  ConditionObserver observer(map.condition, c.heads, cut == 0, comparison);
  const KeyValueCache past = unchanged.cache.first(static_cast<std::int64_t>(cut));
  forward(c, model.parameters, input, &observer, LogitsOf::None, job,
          {.firstPosition = firstPosition(map.condition), .past = &past});
  for (const Row& row : batch.rows) map.count[row.position] = row.ordinal;
}

/// [position, draw]
Array<std::int64_t, 2> drawReplacements(const std::vector<Token>& text, const SweepRequest& request,
                                        const Tokenizer& tokenizer) {
  Array<std::int64_t, 2> drawn({text.size(), static_cast<std::size_t>(request.draws)}, -1);
  for (std::size_t position = 0; position < text.size(); ++position) {
    // Far apart for neighbours, so that a token that stands twice gets other replacements.
    const std::uint64_t seed = request.seed + position * 0x9E3779B97F4A7C15u;
    const std::vector<Candidate> found =
        similarTokens(tokenizer, text[position].id, static_cast<std::size_t>(request.draws), seed);
    std::ranges::transform(found, drawn.row(position).begin(), &Candidate::id);
  }
  return drawn;
}

SweepMap emptyMap(const UnchangedPass& unchanged, std::size_t positions) {
  SweepMap map;
  map.condition = unchanged.condition;
  map.tokens = unchanged.tokens;
  map.norm = unchanged.norm;
  map.l2 = Array<float, 3>({map.places(), positions, map.tokens.size()}, kNaN);
  map.infinity = map.cosine = map.l2;
  map.count.assign(positions, 0);
  return map;
}

void check(const SweepRequest& request, const std::vector<Token>& text, std::int64_t layers) {
  if (text.empty()) throw Error("There is nothing to sweep: the prompt has no tokens.");
  if (request.conditions.empty()) throw Error("There is nothing to do: no condition was chosen.");
  if (request.draws < 1 || request.draws > 1000)
    throw Error("A sweep of " + std::to_string(request.draws) +
                " replacements a position cannot be; it takes 1 to 1000.");
  const double bytesOfPair =
      3.0 * sizeof(float) * static_cast<double>(layers + 2) * static_cast<double>(request.conditions.size());
  const double most = std::floor(std::sqrt(kMostBytes / bytesOfPair));
  if (static_cast<double>(text.size()) > most)
    throw Error("The prompt has " + std::to_string(text.size()) +
                " tokens to swap, whose changes take more than 2 GB; " + "cut it to " +
                std::to_string(static_cast<std::int64_t>(most)) + ".");
}

}  // namespace

SweepResult sweep(const Model& model, const Tokenizer& tokenizer, const SweepRequest& request, const Job& job,
                  const std::function<void(const SweepResult&)>& soFar) {
  const at::NoGradGuard noGradients;
  const auto start = std::chrono::steady_clock::now();
  SweepResult result;
  static_cast<Provenance&>(result) = provenanceOf(model);
  result.request = request;
  if (tokenizer.bos()) result.bosText = tokenizer.bytesOf(*tokenizer.bos());
  const std::vector<Token> text = conditionText(request.prompt, request.tokenLimit, tokenizer);
  check(request, text, model.config().layers);
  result.drawn = drawReplacements(text, request, tokenizer);
  const std::vector<Batch> batches = batchesOf(result.drawn);

  // Work is counted in tokens that go through the model.
  const std::size_t conditions = request.conditions.size();
  std::size_t all = conditions * text.size(), done = 0;
  for (const Batch& batch : batches) all += conditions * batch.tokens(text.size());
  const auto part = [&](std::size_t tokens, const std::string& name) {
    const double from = static_cast<double>(done) / static_cast<double>(all);
    done += tokens;
    return job.part(from, static_cast<double>(done) / static_cast<double>(all), name);
  };
  std::vector<std::shared_ptr<const UnchangedPass>> unchanged;
  for (const Condition condition : request.conditions) {
    const std::vector<Token> tokens =
        conditionTokens(condition, text, tokenizer, replacementIn(text, request.replacement));
    unchanged.push_back(runUnchanged(model, tokenizer, condition, tokens, part(text.size(), "the unchanged prompt")));
    result.maps.push_back(emptyMap(*unchanged.back(), text.size()));
  }
  for (const Batch& batch : batches) {
    const std::string name =
        "position " + std::to_string(batch.rows.front().position + 1) + " of " + std::to_string(text.size());
    for (std::size_t i = 0; i < conditions; ++i)
      runBatch(model, *unchanged[i], batch, result.maps[i], part(batch.tokens(text.size()), name));
    result.seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
    if (soFar) soFar(result);
  }
  return result;
}

}  // namespace sinkscope
