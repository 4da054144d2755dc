#include "app/head_source.h"

#include "core/error.h"

#include <ATen/ops/stack.h>

#include <utility>
#include <vector>

namespace sinkscope {
namespace {

class LiveHeads : public HeadSource {
 public:
  explicit LiveHeads(Exploration exploration) : exploration_(std::move(exploration)) {}

  bool has(std::size_t prompt) const override {
    return prompt < exploration_.traces.size() && exploration_.traces[prompt] &&
           exploration_.traces[prompt]->hasAttention();
  }
  HeadAttention head(std::size_t prompt, std::int64_t layer, std::int64_t head) const override {
    if (!has(prompt)) throw Error("The attention of this prompt was not kept; a lower token limit leaves room for it.");
    return exploration_.traces[prompt]->head(layer, head);
  }
  Exploration exploration() const override { return exploration_; }

 private:
  Exploration exploration_;
};

/// A trace with nothing but what a run file keeps: q, k and lse of every head.
std::shared_ptr<const Trace> traceOf(const RunFile& file, std::size_t prompt) {
  const ModelConfig& config = file.result()->model.config;
  auto trace = std::make_shared<Trace>();
  trace->layers = config.layers;
  trace->heads = config.heads;
  trace->keyHeads = config.keyHeads;
  const std::int64_t shared = config.heads / config.keyHeads;
  for (std::int64_t layer = 0; layer < config.layers; ++layer) {
    std::vector<at::Tensor> query, key, logSumExp;
    Trace::Layer& kept = trace->layer.emplace_back();
    for (std::int64_t head = 0; head < config.heads; ++head) {
      const HeadAttention one = file.head(prompt, layer, head);
      query.push_back(one.query);
      logSumExp.push_back(one.logSumExp);
      if (head % shared == 0) key.push_back(one.key);
      trace->scale = one.scale;
      trace->tokens = one.tokens();
      kept.window = one.window;
      kept.firstKeys = one.firstKeys;
      trace->sigmoid = one.sigmoid;
      trace->cap = one.cap;
    }
    kept.query = at::stack(query);          // [head, token, d]
    kept.key = at::stack(key);              // [key head, token, d]
    kept.logSumExp = at::stack(logSumExp);  // [head, token]
  }
  return trace;
}

class SavedHeads : public HeadSource {
 public:
  explicit SavedHeads(std::shared_ptr<const RunFile> file) : file_(std::move(file)) {}

  bool has(std::size_t prompt) const override { return file_->hasAttention(prompt); }
  HeadAttention head(std::size_t prompt, std::int64_t layer, std::int64_t head) const override {
    if (!has(prompt)) {
      throw Error("This run was saved without attention; analyse its prompt again to see the maps of the heads.");
    }
    return file_->head(prompt, layer, head);
  }
  Exploration exploration() const override {
    Exploration all{file_->result(), {}};
    for (std::size_t prompt = 0; prompt < all.result->prompts.size(); ++prompt) {
      if (!has(prompt)) return {file_->result(), {}};
      all.traces.push_back(traceOf(*file_, prompt));
    }
    return all;
  }

 private:
  std::shared_ptr<const RunFile> file_;
};

}  // namespace

std::shared_ptr<HeadSource> liveHeads(Exploration exploration) {
  return std::make_shared<LiveHeads>(std::move(exploration));
}

std::shared_ptr<HeadSource> savedHeads(std::shared_ptr<const RunFile> file) {
  return std::make_shared<SavedHeads>(std::move(file));
}

}  // namespace sinkscope
