#include "app/commands/commands.h"
#include "app/commands/console.h"
#include "app/commands/model_options.h"
#include "app/commands/output_options.h"
#include "app/commands/report.h"
#include "app/figure_files.h"
#include "core/analysis/explore.h"
#include "core/runs/run_file.h"
#include "core/text/prompts.h"

#include <CLI/CLI.hpp>

#include <iostream>
#include <memory>
#include <tuple>

namespace sinkscope {
namespace {

struct AnalyzeOptions {
  ModelOptions model;
  OutputOptions output;
  std::string prompt, prompts;
  std::size_t tokens = 64;
  std::vector<double> epsilons{0.3, 0.8};
  double memoryGiB = 4.0;
  bool chat = false, keepAttention = false, json = false;
};

void analyze(const AnalyzeOptions& options, const Job& job) {
  ExploreRequest request;
  request.prompts = options.prompts.empty() ? std::vector{options.prompt} : readPrompts(options.prompts);
  request.tokenLimit = options.tokens;
  request.device = options.model.device;
  request.budgetBytes = budgetBytes(options.memoryGiB);
  // Attention is only kept where something is made of it.
  request.keep = options.keepAttention || !options.output.figures.empty() ? Keep::Attention : Keep::Statistics;

  const std::shared_ptr<ProcessGroup> group = launchedProcesses();
  if (group->size() > 1 && request.keep != Keep::Statistics)
    throw Error(
        "Several processes share the prompts of an analysis without keeping attention: leave --keep-attention and "
        "--figures out.");
  const OpenedModel opened = openModel(options.model, job.part(0.0, 0.2));
  request.model = opened.name;
  request.bos = opened.bos;
  request.chat = options.chat;
  if (options.chat && !options.model.bos && !options.model.noBos) request.bos = opened.tokenizer->addsBosTo(true);
  const Exploration exploration = explore(*opened.model, *opened.tokenizer, request, job.part(0.2, 0.95), *group);
  if (group->rank() > 0) return;  // the first one tells and writes

  std::vector<std::string> written;
  if (!options.output.run.empty()) {
    RunView view;
    std::tie(view.layer, view.head) = exploration.result->strongestHead();
    if (!options.epsilons.empty()) view.epsilon = options.epsilons.front();
    saveRun(options.output.run, exploration, view, options.keepAttention, job.part(0.95, 1.0));
    written.push_back(options.output.run);
  }
#ifdef SINKSCOPE_GUI
  if (!options.output.figures.empty())
    for (const std::string& file : writeFigureFiles(exploration, {.epsilon = options.epsilons.front()},
                                                    options.output.figures, options.output.formats))
      written.push_back(file);
#endif
  if (options.json) {
    std::cout << reportJson(*exploration.result, options.epsilons) << '\n';
    return;
  }
  printReport(std::cout, *exploration.result, options.epsilons);
  tell(written);
}

}  // namespace

void addAnalyze(CLI::App& program, int& exitCode) {
  auto options = std::make_shared<AnalyzeOptions>();
  CLI::App* command = program.add_subcommand("analyze", "Measure the attention sink of a model on prompts.");
  addModelOptions(*command, options->model);
  command
      ->add_option("--devices", options->model.device,
                   "Several devices, as cuda:0,cuda:1: the model's layers go to them in turn, by their free memory.")
      ->excludes("--device");
  addBosOptions(*command, options->model);
  auto* source = command->add_option_group("prompt", "What is analysed");
  source->add_option("-p,--prompt", options->prompt, "The text itself.");
  source->add_option("--prompts", options->prompts,
                     "A file: one prompt a line, or .jsonl with strings or objects with \"text\" or \"prompt\".");
  source->require_option(1);
  command->add_flag("--chat", options->chat,
                    "Each prompt is a user's message: put it in the markup of the model's chat template, up to where\n"
                    "the answer begins. Default: prompts are raw text.");
  command->add_option("-t,--tokens", options->tokens, "Cut each prompt to T tokens, <bos> included; 0: no limit.")
      ->capture_default_str();
  command->add_option("-e,--eps", options->epsilons, "Thresholds of the sink rate.")
      ->delimiter(',')
      ->check(CLI::Range(0.0, 1.0))
      ->capture_default_str();
  addOutputOptions(*command, options->output, {"Write the grid, the strongest head and the profile to this folder."});
  command->add_flag("--keep-attention", options->keepAttention,
                    "Also store queries and keys in the run, so that every head's map opens from it.");
  command->add_flag(
      "--json", options->json,
      "Print one JSON object: model, sink (one entry an eps with its conventions), meanShareByLayer, and for\n"
      "every prompt its tokens, loss, next tokens and alpha0 [layer][head].");
  command->add_option("--memory", options->memoryGiB, "GiB that kept attention may take.")
      ->check(CLI::PositiveNumber)
      ->capture_default_str();
  command->footer("Example: sinkscope analyze --prompt \"The capital of France is\" --out france.h5 --figures figures");
  command->callback([options, &exitCode] { exitCode = runCommand([&](const Job& job) { analyze(*options, job); }); });
}

}  // namespace sinkscope
