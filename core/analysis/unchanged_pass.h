#pragma once

// Private to the perturbation analyses: a recorded pass and what is computed of it.

#include "core/analysis/condition.h"
#include "core/analysis/next_tokens.h"
#include "core/analysis/prediction.h"
#include "core/array.h"
#include "core/job.h"
#include "core/model/decoder.h"
#include "core/model/model.h"
#include "core/trace/attention.h"

#include <ATen/Parallel.h>
#include <ATen/core/Tensor.h>
#include <ATen/core/grad_mode.h>

#include <memory>
#include <optional>
#include <vector>

namespace sinkscope {

inline constexpr std::int64_t kPredictions = 5;

/// Keeps what a pass over one sequence computes of its tokens.
class PassRecorder : public Observer {
 public:
  explicit PassRecorder(std::int64_t layers);

  bool wants(const Place& place) const override;
  at::Tensor visit(const Place& place, at::Tensor tensor) override;

  std::vector<at::Tensor> residual;           ///< [place][token, D]; places as in `PerturbMap`
  std::vector<at::Tensor> query, key, value;  ///< [layer][head or key head, token, d]
  std::vector<at::Tensor> logSumExp;          ///< [layer][head, token]

 private:
  at::Tensor& slot(const Place& place);
};

/// A pass over an unchanged prompt: everything that a change is compared with.
struct UnchangedPass {
  Condition condition = Condition::Bos;
  std::vector<Token> tokens;
  KeyValueCache cache;
  std::vector<at::Tensor> residual;           ///< [place][token, D]
  Array<float, 2> norm;                       ///< [place, token]
  std::vector<at::Tensor> query;              ///< [layer][head, token, d]
  std::vector<at::Tensor> logSumExp;          ///< [layer][head, token]
  std::optional<NextTokens> predictions;      ///< there after the pass
  std::vector<std::vector<Prediction>> next;  ///< [token][kPredictions]
  Array<float, 2> alpha0;                     ///< [layer, head]
};

std::shared_ptr<const UnchangedPass> runUnchanged(const Model& model, const Tokenizer& tokenizer, Condition condition,
                                                  const std::vector<Token>& tokens, const Job& job);

/// How much vectors changed, by every measure: float32 on the CPU.
struct VectorChange {
  at::Tensor l2, infinity, cosine;  ///< [..., token]
};
/// Between vectors [token, D] and others of them, [..., token, D].
VectorChange changeBetween(const at::Tensor& before, const at::Tensor& after);

/// Index of a place of the residual stream as in `PerturbMap`: the embedding's 0, the final norm's L + 1.
std::size_t placeIndex(const Place& place, std::int64_t layers);

/// [1, token] on the model's device
at::Tensor inputOf(const std::vector<std::int64_t>& ids, const Model& model);

/// One head's attention from the tensors of its layer.
HeadAttention headOf(const Model& model, Condition condition, std::int64_t layer, std::int64_t head,
                     const at::Tensor& query, const at::Tensor& key, const at::Tensor& logSumExp);

/// Mean share of key 0 over the queries that see it.
float firstKeyShare(const HeadAttention& attention);

/// Does `work(layer, head)` for all heads of all layers, on all of the processor's threads.
template <typename Work>
void forEveryHead(const Model& model, const Job& job, Work work) {
  const std::int64_t layers = model.config().layers, heads = model.config().heads;
  for (std::int64_t layer = 0; layer < layers; ++layer) {
    job.check();
    const auto some = [&](std::int64_t begin, std::int64_t end) {
      const at::NoGradGuard noGradients;
      for (std::int64_t head = begin; head < end; ++head) work(layer, head);
    };
    if (model.firstDevice().is_cpu())
      at::parallel_for(0, heads, 1, some);
    else
      some(0, heads);
  }
}

}  // namespace sinkscope
