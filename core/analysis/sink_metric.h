#pragma once

#include "core/array.h"
#include "core/averages.h"

#include <cstdint>
#include <span>
#include <string>
#include <vector>

namespace sinkscope {

/// Shares of one prompt: alpha_k of every head (Gu et al., arXiv 2410.10781; `alpha_k = mean over i >= k of A[i,k]`).
struct PromptShares {
  Array<float, 3> shares;             ///< [layer, head, key], over the queries that see the key
  std::vector<std::int64_t> windows;  ///< [layer]: sliding window within which key 0 is seen, 0 for none
  std::size_t length = 0;             ///< tokens of the prompt where `shares` has its first key alone, else 0
  std::size_t keys() const { return shares.extent(2); }
  std::size_t tokens() const { return length ? length : keys(); }
};

/// The same of key 0 alone, which is all that sink rates and profiles need: [layer, head, 1].
PromptShares firstKeyOf(const PromptShares& prompt);

/// What changes a sink rate besides the model. Never shown without it.
struct SinkConventions {
  double epsilon = 0.3;
  std::size_t tokensMin = 0, tokensMax = 0;  ///< of the prompts, after cutting
  std::size_t prompts = 0;
  bool bos = false;            ///< a <bos> was put first
  std::string bosText;         ///< its name, e.g. "<bos>"
  bool chat = false;           ///< the prompts are messages in the chat template's markup
  bool includesQuery0 = true;  ///< the first query, whose share of the first key is 1, counts
};

/// "ε 0.3 · T 64 · 170 prompts · <bos> added · query 0 included"
std::string describe(const SinkConventions& conventions);

/// Share of one head on `key`. Without query 0, alpha_0 is the mean over queries 1 ... (NaN when there is none).
double share(const PromptShares& prompt, std::size_t layer, std::size_t head, std::size_t key = 0,
             bool includeQuery0 = true);

/// Fraction of (prompt, layer, head) whose share on `key` is above `epsilon` (strictly); thresholded per prompt.
double sinkRate(std::span<const PromptShares> prompts, double epsilon, std::size_t key = 0, bool includeQuery0 = true);

/// Sink rate of every layer, [layer].
std::vector<double> sinkRateByLayer(std::span<const PromptShares> prompts, double epsilon, std::size_t key = 0,
                                    bool includeQuery0 = true);

/// Mean of alpha_key over prompts, layers and heads: the share of *attention*, not of heads.
double meanShare(std::span<const PromptShares> prompts, std::size_t key = 0, bool includeQuery0 = true);
std::vector<double> meanShareByLayer(std::span<const PromptShares> prompts, std::size_t key = 0,
                                     bool includeQuery0 = true);

/// Mean over prompts of alpha_0 of every head: [layer, head].
Array<double, 2> meanHeadShares(std::span<const PromptShares> prompts, std::size_t key = 0, bool includeQuery0 = true);

/// alpha_0 of uniform causal attention over `tokens` tokens, `H_T / T` (harmonic number).
double uniformBaseline(std::size_t tokens, bool includeQuery0 = true);

/// Its mean over prompts of these lengths.
double uniformBaseline(std::span<const PromptShares> prompts, bool includeQuery0 = true);

/// The shares of key 0 in order, so that following a threshold does not go through all of them again.
class OrderedShares {
 public:
  OrderedShares() = default;
  explicit OrderedShares(std::span<const PromptShares> prompts, bool includeQuery0 = true);

  std::size_t count() const;                              ///< of (prompt, layer, head) that have a share
  std::size_t above(double epsilon) const;                ///< of those, how many are sinks
  double rate(double epsilon) const;                      ///< `sinkRate`
  std::vector<double> rateByLayer(double epsilon) const;  ///< `sinkRateByLayer`

 private:
  static std::size_t above(const std::vector<double>& ordered, double epsilon);

  std::vector<std::vector<double>> layers_;  // [layer][share], growing
};

/// Keys other than 0 that are sinks of at least one head of one prompt, most heads first.
struct SecondarySink {
  std::size_t key = 0;
  double rate = 0.0;  ///< fraction of heads with alpha_key > epsilon
  double meanShare = 0.0;
};
/// The last `skipLast` keys are left out: their alpha is a mean over very few queries.
std::vector<SecondarySink> secondarySinks(const PromptShares& prompt, double epsilon, std::size_t skipLast = 8);

/// Value drain of every head: [layer, head]; `outputNorm` [layer, head, token].
Array<double, 2> valueDrain(const Array<float, 3>& outputNorm);

}  // namespace sinkscope
