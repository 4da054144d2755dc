#include "core/analysis/robustness.h"
#include "app/commands/commands.h"
#include "app/commands/console.h"
#include "app/commands/json_values.h"
#include "app/commands/model_options.h"
#include "app/commands/output_options.h"
#include "core/text/prompts.h"

#include <CLI/CLI.hpp>

#include <cstdio>
#include <iostream>
#include <memory>

namespace sinkscope {
namespace {

using nlohmann::json;

constexpr std::size_t kBins = 8;

struct RobustnessOptions {
  ModelOptions model;
  RobustnessRequest request;
  OutputOptions output;
  std::string promptFile;
  std::vector<std::string> conditions{"bos", "no-bos", "zeroed"};
  bool json = false;
};

json binsJson(const std::vector<PositionBin>& bins) {
  json list = json::array();
  for (const PositionBin& bin : bins)
    list.push_back({{"begin", bin.begin},
                    {"end", bin.end},
                    {"count", bin.count},
                    {"mean", jsonNumber(bin.mean)},
                    {"standardError", jsonNumber(bin.standardError)}});
  return list;
}

json robustnessJson(const RobustnessResult& result) {
  json outcomes = json::array();
  for (const RobustnessOutcome& outcome : result.outcomes)
    outcomes.push_back({{"condition", conditionName(outcome.condition)},
                        {"loss", jsonNumber(outcome.loss)},
                        {"divergence", jsonArray(outcome.divergence)},
                        {"lossChange", jsonArray(outcome.lossChange)},
                        {"divergenceByPosition", binsJson(binned(result, outcome.divergence, kBins))},
                        {"lossChangeByPosition", binsJson(binned(result, outcome.lossChange, kBins))}});
  return {{"model", result.model.name},
          {"prompts", result.request.prompts.size()},
          {"tokenLimit", result.request.tokenLimit},
          {"seed", result.request.seed},
          {"swaps", {{"prompt", result.swaps.prompt}, {"position", result.swaps.position}, {"id", result.swaps.id}}},
          {"outcomes", outcomes},
          {"seconds", result.seconds}};
}

void printRobustness(const RobustnessResult& result) {
  std::printf("%s: %zu swaps in %zu prompts, T %zu\n", result.model.name.c_str(), result.swaps.size(),
              result.request.prompts.size(), result.request.tokenLimit);
  std::printf(
      "KL of the predictions from the swapped token on, and change of the loss behind it, nats a token; +- one\n"
      "standard error\n");
  for (const RobustnessOutcome& outcome : result.outcomes) {
    std::printf("\n%s, loss %.3f\n  position  swaps                 KL        change of the loss\n",
                conditionTitle(outcome.condition, result.bosText).c_str(), outcome.loss);
    const std::vector<PositionBin> divergence = binned(result, outcome.divergence, kBins);
    const std::vector<PositionBin> change = binned(result, outcome.lossChange, kBins);
    for (std::size_t i = 0; i < divergence.size(); ++i)
      std::printf("%4ld - %-4ld %5zu %10.4f +- %6.4f %12.4f +- %6.4f\n", static_cast<long>(divergence[i].begin),
                  static_cast<long>(divergence[i].end - 1), divergence[i].count, divergence[i].mean,
                  divergence[i].standardError, change[i].mean, change[i].standardError);
  }
  std::fflush(stdout);
}

void runRobustness(const RobustnessOptions& options, const Job& job) {
  RobustnessRequest request = options.request;
  request.device = options.model.device;
  request.conditions.clear();
  for (const std::string& name : options.conditions) request.conditions.push_back(conditionNamed(name));
  request.prompts = readPrompts(options.promptFile);
  const OpenedModel opened = openModel(options.model, job.part(0.0, 0.1));
  request.model = opened.name;
  const RobustnessResult result = robustness(*opened.model, *opened.tokenizer, request, job.part(0.1, 0.95));
  const std::vector<std::string> written = writeOutput(options.output, job.part(0.95, 1.0), result);
  if (options.json) {
    std::cout << robustnessJson(result).dump(2) << '\n';
    return;
  }
  printRobustness(result);
  tell(written);
}

}  // namespace

void addRobustness(CLI::App& program, int& exitCode) {
  auto options = std::make_shared<RobustnessOptions>();
  CLI::App* command = program.add_subcommand(
      "robustness", "Swap random tokens of many prompts: how do predictions depend on their place, and on the sink?");
  addModelOptions(*command, options->model);
  command->add_option("--prompts", options->promptFile, "A file with a prompt a line.")
      ->required()
      ->check(CLI::ExistingFile);
  command
      ->add_option("-c,--conditions", options->conditions,
                   "What is done to the sink: bos, no-bos, replaced, hidden, zeroed, positions-kept.")
      ->delimiter(',')
      ->capture_default_str();
  command->add_option("--swaps", options->request.swaps, "Swaps a prompt, each at another place.")
      ->check(CLI::PositiveNumber)
      ->capture_default_str();
  command->add_option("--seed", options->request.seed, "Seed of the places and of the tokens put there.")
      ->capture_default_str();
  command
      ->add_option("-t,--tokens", options->request.tokenLimit, "Cut prompts to T tokens, <bos> included; 0: no limit.")
      ->capture_default_str();
  addOutputOptions(*command, options->output, {"Write the curves over the positions to this folder."});
  command->add_flag("--json", options->json,
                    "Print one JSON object: swaps, and for every condition loss, divergence and lossChange [swap] and\n"
                    "their means by position.");
  command->footer(
      "Example: sinkscope robustness --model gemma-3-270m --prompts resources/prompts/waking.txt --swaps 4");
  command->callback(
      [options, &exitCode] { exitCode = runCommand([&](const Job& job) { runRobustness(*options, job); }); });
}

}  // namespace sinkscope
