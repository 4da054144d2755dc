#include "core/analysis/perturber.h"

#include "core/analysis/likeliest.h"
#include "core/analysis/unchanged_pass.h"
#include "core/error.h"

#include <ATen/Functions.h>
#include <ATen/TensorOperators.h>

#include <algorithm>
#include <chrono>
#include <limits>

namespace sinkscope {

namespace {

// Unchanged passes kept: every condition of one prompt.
constexpr std::size_t kPasses = kConditions.size();

constexpr float kNaN = std::numeric_limits<float>::quiet_NaN();

std::size_t size(std::int64_t n) {
  return static_cast<std::size_t>(n);
}

/// Compares a pass over a changed suffix with the unchanged one, and fills a map.
class Comparison {
 public:
  Comparison(const Model& model, const Tokenizer& tokenizer, const UnchangedPass& unchanged, std::vector<Token> after)
      : model_(model), tokenizer_(tokenizer), unchanged_(unchanged) {
    map_.condition = unchanged.condition;
    map_.before = unchanged.tokens;
    map_.after = std::move(after);
    map_.alignment = align(idsOf(map_.before), idsOf(map_.after));
    const Alignment& a = map_.alignment;
    // Compared are the changed tokens too where each has a partner, else what comes behind them.
    row_ = static_cast<std::int64_t>(a.sameLength() ? a.begin : a.end);
    otherRow_ = static_cast<std::int64_t>(a.sameLength() ? a.begin : a.otherEnd);
    rows_ = static_cast<std::int64_t>(map_.tokens()) - row_;
    cut_ = static_cast<std::int64_t>(a.begin);
  }

  PerturbMap run(Perturber::Detail detail, const Job& job) {
    const ModelConfig& c = model_.config();
    PassRecorder suffix(c.layers);
    ConditionObserver observer(map_.condition, c.heads, cut_ == 0, suffix);
    const KeyValueCache past = unchanged_.cache.first(cut_);
    const std::vector<std::int64_t> ids = idsOf(map_.after);
    forward(c, model_.parameters, inputOf({ids.begin() + cut_, ids.end()}, model_), &observer, LogitsOf::None,
            job.part(0.0, 0.8), {.firstPosition = firstPosition(map_.condition), .past = &past});
    compareResidual(suffix);
    if (detail == Perturber::Detail::Everything) {
      compareAttention(suffix, job);
      comparePredictions(suffix.residual.back(), job);
    }
    return std::move(map_);
  }

 private:
  /// Rows of the unchanged pass, and of the suffix, that are compared.
  at::Tensor before(const at::Tensor& x) const { return x.slice(0, row_, row_ + rows_); }
  at::Tensor after(const at::Tensor& x) const { return x.slice(0, otherRow_ - cut_, otherRow_ - cut_ + rows_); }

  /// Writes the compared rows of one place behind the zeros of the unchanged beginning.
  void put(Array<float, 2>& array, std::size_t place, const at::Tensor& values) const {
    const at::Tensor flat = values.to(at::kCPU, at::kFloat).contiguous();
    std::copy_n(flat.const_data_ptr<float>(), rows_, array.row(place).begin() + row_);
  }

  /// [place, token]: 0 before the change, NaN where nothing is compared.
  Array<float, 2> emptyMap() const {
    Array<float, 2> array({unchanged_.residual.size(), map_.tokens()}, 0.0f);
    for (std::size_t place = 0; place < array.extent(0); ++place)
      std::fill(array.row(place).begin() + cut_, array.row(place).begin() + row_, kNaN);
    return array;
  }

  void compareResidual(const PassRecorder& suffix) {
    map_.l2 = map_.infinity = map_.cosine = emptyMap();
    map_.norm = unchanged_.norm;
    for (std::size_t place = 0; place < unchanged_.residual.size(); ++place) {
      if (rows_ == 0) continue;
      const VectorChange change = changeBetween(before(unchanged_.residual[place]), after(suffix.residual[place]));
      put(map_.l2, place, change.l2);
      put(map_.infinity, place, change.infinity);
      put(map_.cosine, place, change.cosine);
    }
  }

  void compareAttention(const PassRecorder& suffix, const Job& job) {
    const ModelConfig& c = model_.config();
    const Alignment& a = map_.alignment;
    map_.alpha0 = unchanged_.alpha0;
    map_.otherAlpha0 = Array<float, 2>(map_.alpha0.shape());
    map_.attention = Array<float, 3>({size(c.layers), size(c.heads), map_.tokens()}, 0.0f);
    const KeyAlignment keys{cut_, static_cast<std::int64_t>(a.end), static_cast<std::int64_t>(a.otherEnd)};
    const auto whole = [this](const at::Tensor& x, const at::Tensor& end) {
      return at::cat({x.narrow(1, 0, cut_), end}, 1);
    };
    forEveryHead(model_, job, [&](std::int64_t l, std::int64_t head) {
      const at::Tensor& key = unchanged_.cache.layer[size(l)].key[0];
      const HeadAttention one =
          headOf(model_, map_.condition, l, head, unchanged_.query[size(l)], key, unchanged_.logSumExp[size(l)]);
      const HeadAttention other =
          headOf(model_, map_.condition, l, head, whole(unchanged_.query[size(l)], suffix.query[size(l)]),
                 whole(key, suffix.key[size(l)]), whole(unchanged_.logSumExp[size(l)], suffix.logSumExp[size(l)]));
      map_.otherAlpha0(l, head) = firstKeyShare(other);
      const std::span<float> row = map_.attention.row(l, head);
      std::fill(row.begin() + cut_, row.begin() + row_, kNaN);
      std::ranges::copy(totalVariation(one, row_, other, otherRow_, keys), row.begin() + row_);
    });
  }

  void comparePredictions(const at::Tensor& hidden, const Job& job) {
    map_.next = map_.otherNext = unchanged_.next;
    map_.divergence.assign(map_.tokens(), 0.0f);
    std::fill(map_.divergence.begin() + cut_, map_.divergence.begin() + row_, kNaN);
    for (std::int64_t t = cut_; t < row_; ++t) map_.otherNext[size(t)].clear();
    if (rows_ == 0) return;
    const NextTokens changed(model_, after(hidden));
    const std::int64_t step = rowsAtATime(model_);
    for (std::int64_t begin = 0; begin < rows_; begin += step) {
      job.check();
      const std::int64_t end = std::min(rows_, begin + step);
      const at::Tensor q = changed.logProbabilities(begin, end);
      const at::Tensor kl = divergence(unchanged_.predictions->logProbabilities(row_ + begin, row_ + end), q).cpu();
      std::copy_n(kl.const_data_ptr<float>(), kl.numel(), map_.divergence.begin() + row_ + begin);
      std::ranges::move(likeliestOfRows(q, tokenizer_, kPredictions), map_.otherNext.begin() + row_ + begin);
    }
  }

  const Model& model_;
  const Tokenizer& tokenizer_;
  const UnchangedPass& unchanged_;
  PerturbMap map_;
  std::int64_t row_, otherRow_, rows_, cut_;
};

/// The changed prompt's tokens.
std::vector<Token> changedText(const std::vector<Token>& text, const PerturbRequest& request,
                               const Tokenizer& tokenizer) {
  if (!request.swap) return conditionText(request.other, request.tokenLimit, tokenizer);
  const Swap& swap = *request.swap;
  if (swap.position < 0 || swap.position >= static_cast<std::int64_t>(text.size()))
    throw Error("There is no token " + std::to_string(swap.position) + " to swap: the prompt has " +
                std::to_string(text.size()) + " tokens.");
  std::vector<Token> changed = text;
  Token& token = changed[size(swap.position)];
  token.id = swap.id;
  token.bytes = tokenizer.bytesOf(swap.id);
  token.special = tokenizer.isSpecial(swap.id);
  return changed;
}

std::string alignmentNote(const PerturbMap& map) {
  const Alignment& a = map.alignment;
  if (a.sameLength()) return {};
  return std::to_string(a.end - a.begin) + " tokens became " + std::to_string(a.otherEnd - a.begin) +
         ": aligned by their common beginning and end; later tokens stand " +
         std::to_string(std::max(a.end, a.otherEnd) - std::min(a.end, a.otherEnd)) +
         (a.otherEnd > a.end ? " places further on." : " places earlier.");
}

}  // namespace

Perturber::Perturber(std::shared_ptr<const Model> model, std::shared_ptr<const Tokenizer> tokenizer)
    : model_(std::move(model)), tokenizer_(std::move(tokenizer)) {}

Perturber::~Perturber() = default;

std::shared_ptr<const UnchangedPass> Perturber::unchanged(Condition condition, const std::vector<Token>& tokens,
                                                          const Job& job) {
  const auto found = std::ranges::find_if(
      passes_, [&](const auto& pass) { return pass->condition == condition && idsOf(pass->tokens) == idsOf(tokens); });
  std::shared_ptr<const UnchangedPass> pass;
  if (found != passes_.end()) {
    pass = *found;
    passes_.erase(found);
  } else {
    if (passes_.size() >= kPasses) passes_.erase(passes_.begin());
    pass = runUnchanged(*model_, *tokenizer_, condition, tokens, job);
  }
  passes_.push_back(pass);
  return pass;
}

std::shared_ptr<const PerturbResult> Perturber::run(const PerturbRequest& request, const Job& job, Detail detail) {
  const at::NoGradGuard noGradients;
  const auto start = std::chrono::steady_clock::now();
  auto result = std::make_shared<PerturbResult>();
  static_cast<Provenance&>(*result) = provenanceOf(*model_);
  result->request = request;
  if (tokenizer_->bos()) result->bosText = tokenizer_->bytesOf(*tokenizer_->bos());

  const std::vector<Token> text = conditionText(request.prompt, request.tokenLimit, *tokenizer_);
  if (text.empty()) throw Error("There is nothing to perturb: the prompt has no tokens.");
  const std::vector<Token> changed = changedText(text, request, *tokenizer_);
  if (changed.empty()) throw Error("There is nothing to compare with: the changed prompt has no tokens.");
  const std::int64_t replacement = replacementIn(text, request.replacement);
  if (request.conditions.empty()) throw Error("There is nothing to do: no condition was chosen.");

  const double count = static_cast<double>(request.conditions.size());
  for (const Condition condition : request.conditions) {
    const double done = static_cast<double>(result->maps.size());
    const Job part = job.part(done / count, (done + 1.0) / count);
    const auto tokens = [&](const std::vector<Token>& of) {
      return conditionTokens(condition, of, *tokenizer_, replacement);
    };
    const std::shared_ptr<const UnchangedPass> base = unchanged(condition, tokens(text), part.part(0.0, 0.5));
    result->maps.push_back(Comparison(*model_, *tokenizer_, *base, tokens(changed)).run(detail, part.part(0.5, 1.0)));
  }
  result->note = alignmentNote(result->maps.front());
  result->seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
  return result;
}

}  // namespace sinkscope
