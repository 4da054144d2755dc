#include "app/commands/commands.h"
#include "app/commands/console.h"
#include "app/commands/model_options.h"
#include "app/commands/report.h"
#ifdef SINKSCOPE_GUI
#include "app/figure_files.h"
#endif
#include "core/analysis/explore.h"
#include "core/model/demo_models.h"
#include "core/model/model.h"
#include "core/runs/run_file.h"
#include "core/text/prompts.h"

#include <ATen/Parallel.h>
#include <CLI/CLI.hpp>

#include <iostream>
#include <memory>

namespace sinkscope {
namespace {

struct AnalyzeOptions {
  std::string model, prompt, prompts, out, figures, device = "cpu";
  std::size_t tokens = 64;
  std::vector<double> epsilons{0.3, 0.8};
  std::vector<std::string> formats{"pdf"};
  double memoryGiB = 4.0;
  int threads = 0;
  bool bos = false, noBos = false, keepAttention = false, json = false;
};

void analyze(const AnalyzeOptions& options, const Job& job) {
  if (options.threads > 0) at::set_num_threads(options.threads);
  ExploreRequest request;
  request.model = modelOrDemo(options.model);
  request.prompts = options.prompts.empty() ? std::vector{options.prompt} : readPrompts(options.prompts);
  request.tokenLimit = options.tokens;
  request.device = options.device;
  request.budgetBytes = budgetBytes(options.memoryGiB);
  // Attention is only kept where something is made of it.
  request.keep = options.keepAttention || !options.figures.empty() ? Keep::Attention : Keep::Statistics;

  const std::filesystem::path path = resolveModel(request.model);
  const std::shared_ptr<const Model> model = loadModel(path, options.device, job.part(0.0, 0.2));
  const std::shared_ptr<const Tokenizer> tokenizer = loadTokenizer(path);
  request.bos = options.bos || (!options.noBos && tokenizer->addsBos());
  const Exploration exploration = explore(*model, *tokenizer, request, job.part(0.2, 0.95));

  std::vector<std::string> written;
  if (!options.out.empty()) {
    RunView view;
    if (!options.epsilons.empty()) view.epsilon = options.epsilons.front();
    saveRun(options.out, exploration, view, options.keepAttention, job.part(0.95, 1.0));
    written.push_back(options.out);
  }
#ifdef SINKSCOPE_GUI
  if (!options.figures.empty())
    for (const std::string& file :
         writeFigureFiles(exploration, options.epsilons.front(), options.figures, options.formats))
      written.push_back(file);
#endif
  if (options.json) {
    std::cout << reportJson(*exploration.result, options.epsilons) << '\n';
    return;
  }
  printReport(std::cout, *exploration.result, options.epsilons);
  for (const std::string& file : written) std::cout << "wrote " << file << '\n';
}

}  // namespace

void addAnalyze(CLI::App& program, int& exitCode) {
  auto options = std::make_shared<AnalyzeOptions>();
  CLI::App* command = program.add_subcommand("analyze", "Measure the attention sink of a model on prompts.");
  command->add_option("-m,--model", options->model,
                      "Demo model's name (gemma-3-270m, smollm2-135m), a .gguf or .safetensors file, or a folder in\n"
                      "Hugging Face's layout. Default: the first demo model that was fetched.");
  auto* source = command->add_option_group("prompt", "What is analysed");
  source->add_option("-p,--prompt", options->prompt, "The text itself.");
  source->add_option("--prompts", options->prompts,
                     "A file: one prompt a line, or .jsonl with strings or objects with \"text\" or \"prompt\".");
  source->require_option(1);
  CLI::Option* bos = command->add_flag(
      "--bos", options->bos,
      "Put the model's <bos> first, also where its tokenizer would not. Default: as the model's tokenizer does.");
  command->add_flag("--no-bos", options->noBos, "Leave <bos> out.")->excludes(bos);
  command->add_option("-t,--tokens", options->tokens, "Cut each prompt to T tokens, <bos> included; 0: no limit.")
      ->capture_default_str();
  command->add_option("-e,--eps", options->epsilons, "Thresholds of the sink rate.")
      ->delimiter(',')
      ->check(CLI::Range(0.0, 1.0))
      ->capture_default_str();
  command->add_option("-o,--out", options->out, "Write a run file (HDF5) that the window and h5py open.");
  command->add_flag("--keep-attention", options->keepAttention,
                    "Also store queries and keys in the run, so that every head's map opens from it.");
#ifdef SINKSCOPE_GUI
  command->add_option("--figures", options->figures,
                      "Write the grid, the strongest head and the profile to this folder.");
  command->add_option("--format", options->formats, "Formats of the figures.")
      ->delimiter(',')
      ->check(CLI::IsMember({"pdf", "svg", "png", "csv"}))
      ->capture_default_str();
#endif
  command->add_flag(
      "--json", options->json,
      "Print one JSON object: model, sink (one entry an eps with its conventions), meanShareByLayer, and for\n"
      "every prompt its tokens, loss, next tokens and alpha0 [layer][head].");
  command->add_option("--device", options->device, "Where to compute.")
      ->check(CLI::IsMember({"cpu", "cuda"}))
      ->capture_default_str();
  command->add_option("--threads", options->threads, "Threads to compute with; 0: all.")->capture_default_str();
  command->add_option("--memory", options->memoryGiB, "GiB that kept attention may take.")
      ->check(CLI::PositiveNumber)
      ->capture_default_str();
  command->footer("Example: sinkscope analyze --prompt \"The capital of France is\" --out france.h5 --figures figures");
  command->callback([options, &exitCode] { exitCode = runCommand([&](const Job& job) { analyze(*options, job); }); });
}

}  // namespace sinkscope
