#include "core/train/sample_text.h"

#include "core/model/decoder.h"

#include <ATen/CPUGeneratorImpl.h>
#include <ATen/Functions.h>
#include <ATen/TensorOperators.h>
#include <ATen/core/grad_mode.h>

#include <vector>

namespace sinkscope {

std::string sampleText(const Model& model, const Tokenizer& tokenizer, const SampleOptions& options, const Job& job) {
  const at::NoGradGuard noGradients;
  at::Generator generator = at::detail::createCPUGenerator(options.seed);
  std::vector<std::int64_t> ids = idsOf(tokenizer.encode(options.prompt, {.addBos = tokenizer.bos().has_value()}));
  const std::size_t given = ids.size();
  // Without a cache of keys: samples are short, and rare beside the steps of a training.
  for (std::int64_t i = 0; i < options.tokens && static_cast<std::int64_t>(ids.size()) < model.config().contextLength;
       ++i) {
    const at::Tensor input = at::tensor(ids, at::kLong).to(model.firstDevice()).unsqueeze(0);
    const at::Tensor logits =
        forward(model.config(), model.parameters, input, nullptr, LogitsOf::LastToken, job.quiet())
            .flatten()
            .to(at::kCPU, at::kDouble);
    const at::Tensor next = options.temperature > 0.0
                                ? at::multinomial(at::softmax(logits / options.temperature, -1), 1, false, generator)
                                : logits.argmax();
    const std::int64_t id = next.item<std::int64_t>();
    if (tokenizer.eos() == id) break;
    ids.push_back(id);
  }
  return tokenizer.decode({ids.begin() + static_cast<std::ptrdiff_t>(given), ids.end()});
}

}  // namespace sinkscope
