#include "app/commands/model_options.h"

#include "core/model/demo_models.h"

#include <ATen/Parallel.h>
#include <CLI/CLI.hpp>

#include <algorithm>
#include <array>
#include <string>
#include <string_view>
#include <vector>

namespace sinkscope {
namespace {

// In the order of `WeightsAs`.
constexpr std::array<std::string_view, 4> kWeightsAs{"fitting", "float32", "stored", "streamed"};

}  // namespace

void addDeviceOptions(CLI::App& command, std::string& device, int& threads) {
  command.add_option("--device", device, "Where to compute: cpu, cuda or cuda:N.")
      ->check([](const std::string& name) {
        return name.find(',') == std::string::npos ? std::string() : "one device is expected";
      })
      ->capture_default_str();
  command.add_option("--threads", threads, "Threads to compute with; 0: all.")->capture_default_str();
}

void addWeightOptions(CLI::App& command, ModelOptions& options) {
  command
      .add_option("--weights", options.weights,
                  "How weights are held: float32 is fastest; stored keeps their type in the file; streamed reads them\n"
                  "layer by layer; fitting is the first of these that --weight-memory allows.")
      ->check(CLI::IsMember(std::vector<std::string>(kWeightsAs.begin(), kWeightsAs.end())))
      ->capture_default_str();
  command
      .add_option("--weight-memory", options.weightMemoryGiB,
                  "GiB that weights may take. Default: 60 % of this machine's memory.")
      ->check(CLI::PositiveNumber);
}

void addModelOptions(CLI::App& command, ModelOptions& options) {
  command.add_option("-m,--model", options.model,
                     "Demo model's name (gemma-3-270m, smollm2-135m), a .gguf or .safetensors file, a folder in\n"
                     "Hugging Face's layout, or a name that 'sinkscope models' lists (org/name, name:tag).\n"
                     "Default: the first demo model that was fetched.");
  addDeviceOptions(command, options.device, options.threads);
  addWeightOptions(command, options);
}

void addBosOptions(CLI::App& command, ModelOptions& options) {
  CLI::Option* bos = command.add_flag(
      "--bos", options.bos,
      "Put the model's <bos> first, also where its tokenizer would not. Default: as the model's tokenizer does.");
  command.add_flag("--no-bos", options.noBos, "Leave <bos> out.")->excludes(bos);
}

LoadOptions loadOptions(const ModelOptions& options) {
  const auto found = std::ranges::find(kWeightsAs, options.weights);
  return {.device = options.device,
          .weights = static_cast<WeightsAs>(found - kWeightsAs.begin()),
          .memoryBytes = budgetBytes(options.weightMemoryGiB)};
}

OpenedModel openModel(const ModelOptions& options, const Job& job) {
  if (options.threads > 0) at::set_num_threads(options.threads);
  const std::string name = modelOrDemo(options.model);
  const std::filesystem::path path = resolveModel(name);
  OpenedModel opened{loadModel(path, loadOptions(options), job), loadTokenizer(path), name};
  opened.bos = options.bos || (!options.noBos && opened.tokenizer->addsBos());
  return opened;
}

std::uint64_t budgetBytes(double gibibytes) {
  return static_cast<std::uint64_t>(gibibytes * static_cast<double>(std::uint64_t{1} << 30));
}

}  // namespace sinkscope
