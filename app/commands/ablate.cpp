#include "app/commands/ablation_report.h"
#include "app/commands/commands.h"
#include "app/commands/console.h"
#include "app/commands/model_options.h"
#include "app/commands/output_options.h"
#include "core/analysis/ablation.h"
#include "core/text/prompts.h"

#include <CLI/CLI.hpp>

#include <iostream>
#include <memory>

namespace sinkscope {
namespace {

struct AblateOptions {
  ModelOptions model;
  OutputOptions output;
  std::string prompt, promptFile;
  std::vector<std::string> interventions;
  std::size_t tokens = 64;
  std::uint64_t seed = 1;
  double epsilon = 0.3;
  bool json = false;
};

void runAblate(const AblateOptions& options, const Job& job) {
  AblationRequest request;
  request.device = options.model.device;
  request.tokenLimit = options.tokens;
  request.seed = options.seed;
  for (const std::string& text : options.interventions) request.interventions.push_back(parseIntervention(text));
  request.prompts = options.promptFile.empty() ? std::vector{options.prompt} : readPrompts(options.promptFile);
  const OpenedModel opened = openModel(options.model, job.part(0.0, 0.2));
  request.model = opened.name;
  request.bos = opened.bos;
  const AblationResult result = ablate(*opened.model, *opened.tokenizer, request, job.part(0.2, 0.95));
  const std::vector<std::string> written =
      writeOutput(options.output, job.part(0.95, 1.0), result, {.epsilon = options.epsilon});
  if (options.json) {
    std::cout << ablationJson(result, options.epsilon).dump(2, ' ', false, nlohmann::json::error_handler_t::replace)
              << '\n';
    return;
  }
  printAblation(result, options.epsilon);
  tell(written);
}

}  // namespace

void addAblate(CLI::App& program, int& exitCode) {
  auto options = std::make_shared<AblateOptions>();
  CLI::App* command = program.add_subcommand(
      "ablate", "Change the model, its heads, its sink or its cache, and measure what becomes of it.");
  addModelOptions(*command, options->model);
  addBosOptions(*command, options->model);
  auto* source = command->add_option_group("input", "What is run");
  source->add_option("-p,--prompt", options->prompt, "The text itself.");
  source->add_option("--prompts", options->promptFile, "A file with a prompt a line.")->check(CLI::ExistingFile);
  source->require_option(1);
  command
      ->add_option("-i,--intervention", options->interventions,
                   "What is changed, each beside the untouched model; give it several times:\n"
                   "  remove[=zero|mean|noise|shuffle]  what heads gathered is replaced\n"
                   "  hide                              heads do not see the first token\n"
                   "  value[=zero|mean|noise|shuffle|F] the first token's value is replaced, or multiplied by F\n"
                   "  off-by-one                        softmax-off-by-one\n"
                   "  first=TOKEN, prepend=TOKEN        another token first, or one more\n"
                   "  window=LAST[+FIRST]               a cache of the last keys, and of the first ones\n"
                   "Behind it :HEADS as LAYER.HEAD (:3.2,5.*; default all) and @POSITIONS (@4-9; default all\n"
                   "queries, of value the first token), <bos> counted.")
      ->required()
      ->take_all();
  command->add_option("-t,--tokens", options->tokens, "Cut prompts to T tokens, <bos> included; 0: no limit.")
      ->capture_default_str();
  command->add_option("-e,--eps", options->epsilon, "Threshold of the sink rate.")
      ->check(CLI::Range(0.0, 1.0))
      ->capture_default_str();
  command->add_option("--seed", options->seed, "Seed of the swapped token, of noise and of shuffling.")
      ->capture_default_str();
  addOutputOptions(*command, options->output,
                   {"Write the losses over the positions, the spread over the layers and the shares of the heads to\n"
                    "this folder."});
  command->add_flag("--json", options->json,
                    "Print one JSON object: model, prompts with tokens and swap, and outcomes, the untouched model's\n"
                    "first, with loss, divergence, sink rate, alpha0 [layer][head], lossAt [position], change and\n"
                    "spread [place].");
  command->footer(
      "Example: sinkscope ablate --model gemma-3-270m --prompt \"The river rises in the mountains.\" \\\n"
      "           -i hide -i value -i remove=mean:0.0 -i window=8 -i window=8+1");
  command->callback([options, &exitCode] { exitCode = runCommand([&](const Job& job) { runAblate(*options, job); }); });
}

}  // namespace sinkscope
