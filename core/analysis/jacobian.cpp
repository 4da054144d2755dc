#include "core/analysis/jacobian.h"

#include "core/model/decoder.h"

#include <ATen/Functions.h>
#include <ATen/Parallel.h>
#include <ATen/TensorOperators.h>
#include <ATen/core/grad_mode.h>
#include <ATen/functorch/BatchedFallback.h>
#include <ATen/functorch/BatchedTensorImpl.h>
#include <ATen/functorch/DynamicLayer.h>
#include <ATen/functorch/PlumbingHelper.h>
#include <torch/csrc/autograd/autograd.h>

#include <algorithm>
#include <chrono>
#include <cmath>
#include <functional>
#include <limits>
#include <random>
#include <string>
#include <vector>

namespace sinkscope {
namespace {

// Numbers in the widest tensors of all backward passes that are under way, [product, token, F], and as many tensors of
// that size as they hold at most. The tokens that the products of a block have together: a block is at least so large
// that running the layer again costs little beside it.
constexpr std::int64_t kWidest = 1 << 26, kTensors = 7, kBlockTokens = 1024, kLeastProducts = 16;

std::size_t size(std::int64_t n) {
  return static_cast<std::size_t>(n);
}

/// While it lives, operations of this thread take a whole batch for one (functorch's vmap). Fused attention goes back
/// vector by vector all the same, of which libtorch would warn every time.
class BatchScope {
 public:
  explicit BatchScope(std::int64_t batch)
      : level_(at::functorch::initAndPushDynamicLayer(at::functorch::TransformType::Vmap, c10::SymInt(batch),
                                                      at::functorch::RandomnessType::Error)) {
    at::functorch::setVmapFallbackWarningEnabled(false);
  }
  ~BatchScope() { at::functorch::popDynamicLayerAndDeleteMetadata(); }
  BatchScope(const BatchScope&) = delete;
  BatchScope& operator=(const BatchScope&) = delete;

  at::Tensor enter(const at::Tensor& batch) const { return at::functorch::addBatchDim(batch, 0, level_); }
  at::Tensor leave(const at::Tensor& one) const {
    const auto [batch, axis] = at::functorch::unwrapTensorAtLevel(one, level_);
    return batch.movedim(axis.value(), 0);
  }

 private:
  std::int64_t level_;
};

/// Puts a stream in the place of the embedding and keeps what comes out.
class Through : public Observer {
 public:
  Through(at::Tensor input, bool finalNorm) : input_(std::move(input)), finalNorm_(finalNorm) {}

  bool wants(const Place& place) const override {
    return place.site == Site::Embedding || place.site == Site::Residual ||
           (place.site == Site::FinalNorm && finalNorm_);
  }
  at::Tensor visit(const Place& place, at::Tensor value) override {
    if (place.site == Site::Embedding) return input_;
    output = value;  // the last that is wanted stays
    return value;
  }

  at::Tensor output;  // [1, token, D]

 private:
  at::Tensor input_;
  bool finalNorm_;
};

/// One layer of a model, which the decoder runs as a model of its own. Usable from any thread.
class OneLayer {
 public:
  OneLayer(const Model& model, std::int64_t layer, bool finalNorm) : config_(model.config()), finalNorm_(finalNorm) {
    config_.layers = 1;
    config_.perLayer = {model.config().perLayer[size(layer)]};
    const std::string prefix = "layer0.";
    for (const ParameterSpec& spec : parameterSpecs(config_)) {
      const bool ofLayer = spec.name.starts_with(prefix);
      const std::string part = ofLayer ? Parameters::nameOf(layer, spec.name.substr(prefix.size())) : spec.name;
      parameters_.take(model.parameters, part, spec.name);
    }
  }

  /// `vectors` [product, token, D] times the layer's Jacobian at `stream` [token, D]: [product, token, D].
  at::Tensor products(const at::Tensor& stream, const at::Tensor& vectors) const {
    const at::AutoGradMode gradients(true);
    const at::Tensor input = stream.unsqueeze(0).detach().requires_grad_();
    Through through(input, finalNorm_);
    const at::Tensor ids = at::zeros({1, stream.size(0)}, stream.options().dtype(at::kLong));  // replaced at once
    forward(config_, parameters_, ids, &through, LogitsOf::None);
    const BatchScope batch(vectors.size(0));
    const auto gradient = torch::autograd::grad({through.output}, {input}, {batch.enter(vectors.unsqueeze(1))});
    return batch.leave(gradient.front()).squeeze(1);
  }

 private:
  ModelConfig config_;
  Parameters parameters_;
  bool finalNorm_;
};

/// The vectors that are multiplied with the Jacobian, one query's after the other's. Each is the same in whatever
/// block.
class Vectors {
 public:
  Vectors(const InfluenceRows& rows, const JacobianOptions& options, std::int64_t width)
      : rows_(rows), options_(options), width_(width), perQuery_(options.probes == 0 ? width : options.probes) {}

  std::int64_t count() const { return perQuery_ * static_cast<std::int64_t>(rows_.queries.size()); }
  std::size_t queryIndex(std::int64_t product) const { return size(product / perQuery_); }
  std::int64_t query(std::int64_t product) const { return rows_.queries[queryIndex(product)]; }

  /// [product, token, D]: unit vectors or random ones at the query, 0 elsewhere; no token after the last query.
  at::Tensor block(std::int64_t begin, std::int64_t end) const {
    at::Tensor vectors = at::zeros({end - begin, query(end - 1) + 1, width_});
    for (std::int64_t p = begin; p < end; ++p) {
      float* vector = vectors[p - begin][query(p)].mutable_data_ptr<float>();
      if (options_.probes == 0)
        vector[p % perQuery_] = 1.0f;
      else
        draw(p, {vector, size(width_)});
    }
    return vectors;
  }

 private:
  void draw(std::int64_t product, std::span<float> vector) const {
    std::seed_seq seed{static_cast<std::uint32_t>(options_.seed), static_cast<std::uint32_t>(options_.seed >> 32),
                       static_cast<std::uint32_t>(product), static_cast<std::uint32_t>(product >> 32)};
    std::mt19937_64 random(seed);
    std::normal_distribution<float> normal;
    std::ranges::generate(vector, [&] { return normal(random); });
  }

  const InfluenceRows& rows_;
  const JacobianOptions& options_;
  std::int64_t width_, perQuery_;
};

/// Sums of squares, and of their squares, over the products of every query.
class Squares {
 public:
  explicit Squares(const std::array<std::size_t, 3>& shape) : sum_(shape), ofSquares_(shape) {}

  /// `norms` [token] of one product's vectors.
  void add(std::size_t start, std::size_t query, std::span<const float> norms) {
    for (std::size_t token = 0; token < norms.size(); ++token) {
      const double square = static_cast<double>(norms[token]) * static_cast<double>(norms[token]);
      sum_(start, query, token) += square;
      ofSquares_(start, query, token) += square * square;
    }
  }

  void add(const Squares& other) {
    std::ranges::transform(sum_.values(), other.sum_.values(), sum_.data(), std::plus());
    std::ranges::transform(ofSquares_.values(), other.ofSquares_.values(), ofSquares_.data(), std::plus());
  }

  JacobianNorms norms(std::int64_t probes) const {
    JacobianNorms result;
    result.norm = sum_;
    const double n = static_cast<double>(std::max<std::int64_t>(probes, 1));
    for (double& value : result.norm.values()) value = std::sqrt(value / n);
    if (probes == 0) return result;
    result.standardError = Array<double, 3>(sum_.shape(), std::numeric_limits<double>::quiet_NaN());
    for (std::size_t i = 0; probes > 1 && i < sum_.size(); ++i) {
      const double mean = sum_.values()[i] / n, norm = result.norm.values()[i];
      const double variance = std::max(0.0, ofSquares_.values()[i] / n - mean * mean) * n / (n - 1);
      result.standardError.values()[i] = norm > 0.0 ? std::sqrt(variance / n) / (2.0 * norm) : 0.0;
    }
    return result;
  }

 private:
  Array<double, 3> sum_, ofSquares_;  // [start, query, token]
};

void checkOptions(const Trace& trace, const InfluenceRows& rows, const JacobianOptions& options) {
  if (!trace.embedding.defined())
    throw Error("The residual stream of this prompt was not kept, which the Jacobian needs.");
  if (options.probes < 0)
    throw Error("Jacobian norms take 0 probes (exact) or more, not " + std::to_string(options.probes) + ".");
  if (options.finalNorm && rows.to != trace.layers)
    throw Error("The final norm comes after all " + std::to_string(trace.layers) + " layers, not after " +
                std::to_string(rows.to) + ".");
}

/// Takes blocks of vectors back through the layers.
class Sweep {
 public:
  Sweep(const Model& model, const Trace& trace, const InfluenceRows& rows, const JacobianOptions& options)
      : trace_(trace), rows_(rows), vectors_(rows, options, model.config().width) {
    for (std::int64_t l = rows.starts.front(); l < rows.to; ++l)
      layers_.emplace_back(model, l, options.finalNorm && l == rows.to - 1);
  }

  const Vectors& vectors() const { return vectors_; }

  /// Adds the norms of products [begin, end). Only one thread `reports`.
  void add(Squares& squares, std::int64_t begin, std::int64_t end, const Job& job, bool reports) const {
    at::Tensor product = vectors_.block(begin, end).to(trace_.embedding.device());
    std::size_t start = rows_.starts.size();
    const std::int64_t first = rows_.starts.front();
    for (std::int64_t l = rows_.to - 1; l >= first; --l) {
      job.check();
      if (reports)
        job.progress("Jacobian, row " + std::to_string(begin + 1) + " of " + std::to_string(vectors_.count()) +
                         ", layer " + std::to_string(l + 1),
                     static_cast<double>(rows_.to - 1 - l) / static_cast<double>(rows_.to - first));
      const at::Tensor& stream = l == 0 ? trace_.embedding : trace_.layer[size(l - 1)].residual;
      product = layers_[size(l - first)].products(stream.narrow(0, 0, product.size(1)), product);
      if (rows_.starts[start - 1] != l) continue;
      --start;
      const at::Tensor norms = at::linalg_vector_norm(product, 2, -1).cpu().contiguous();  // [product, token]
      for (std::int64_t p = begin; p < end; ++p)
        squares.add(start, vectors_.queryIndex(p),
                    {norms.const_data_ptr<float>() + (p - begin) * norms.size(1), size(norms.size(1))});
    }
  }

 private:
  const Trace& trace_;
  const InfluenceRows& rows_;
  Vectors vectors_;
  std::vector<OneLayer> layers_;  // of the span, the first one first
};

/// Products go back in blocks: enough of them that running each layer again costs little beside them, few enough that
/// the widest tensors of all blocks that are worked on together stay small.
struct Blocks {
  std::int64_t together = 1, most = 1;  ///< blocks, and products of one
};

Blocks blocksFor(const ModelConfig& config, std::int64_t longest, bool cpu) {
  const std::int64_t fitting = std::max<std::int64_t>(1, kWidest / (longest * config.feedForwardWidth));  // products
  // Each thread takes blocks of its own: many small operations together are slow. On another device one at a time.
  const std::int64_t together = cpu ? std::min<std::int64_t>(fitting, at::get_num_threads()) : 1;
  return {together, std::min(fitting / together, std::max(kLeastProducts, kBlockTokens / longest))};
}

}  // namespace

std::uint64_t jacobianBytes(const ModelConfig& config, std::int64_t tokens, bool cpu) {
  const Blocks blocks = blocksFor(config, tokens, cpu);
  return static_cast<std::uint64_t>(blocks.together * blocks.most * tokens * config.feedForwardWidth * kTensors) *
         sizeof(float);
}

JacobianNorms jacobianNorms(const Model& model, const Trace& trace, const InfluenceRows& rows,
                            const JacobianOptions& options, const Job& job) {
  check(rows, trace.layers, trace.tokens);
  checkOptions(trace, rows, options);
  const auto began = std::chrono::steady_clock::now();
  const Sweep sweep(model, trace, rows, options);
  const auto [together, most] = blocksFor(model.config(), rows.queries.back() + 1, trace.embedding.is_cpu());
  // As many blocks for each thread.
  const std::int64_t total = sweep.vectors().count(), rounds = (total + most * together - 1) / (most * together);
  const std::int64_t block = (total + rounds * together - 1) / (rounds * together);
  const std::int64_t blocks = (total + block - 1) / block;
  const std::array<std::size_t, 3> shape{rows.starts.size(), rows.queries.size(), size(trace.tokens)};
  std::vector<Squares> parts(size(together), Squares(shape));  // of each thread, added in their order
  const auto work = [&](std::int64_t first, std::int64_t last) {
    for (std::int64_t b = first; b < last; ++b) {
      const std::int64_t begin = b * block, end = std::min(total, begin + block);
      const Job part = job.part(static_cast<double>(b - first) / static_cast<double>(last - first),
                                static_cast<double>(b - first + 1) / static_cast<double>(last - first));
      sweep.add(parts[size(at::get_thread_num())], begin, end, part, first == 0);  // block 0 is the calling thread's
    }
  };
  if (together > 1)
    at::parallel_for(0, blocks, (blocks + together - 1) / together, work);
  else
    work(0, blocks);
  for (std::size_t i = 1; i < parts.size(); ++i) parts.front().add(parts[i]);
  JacobianNorms result = parts.front().norms(options.probes);
  result.products = total;
  result.seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - began).count();
  return result;
}

}  // namespace sinkscope
