#include "app/commands/commands.h"
#include "app/commands/console.h"
#include "app/commands/influence_report.h"
#include "app/commands/model_options.h"
#include "app/commands/output_options.h"

#include <CLI/CLI.hpp>

#include <cstdio>
#include <iostream>
#include <memory>

namespace sinkscope {
namespace {

using nlohmann::json;

struct InfluenceOptions {
  ModelOptions model;
  InfluenceRequest request;
  double memoryGiB = 4.0;
  bool exact = false, compareBos = false, json = false;
  OutputOptions output;
};

void runInfluence(const InfluenceOptions& options, const Job& job) {
  InfluenceRequest request = options.request;
  request.device = options.model.device;
  request.budgetBytes = budgetBytes(options.memoryGiB);
  if (options.exact) request.probes = 0;
  const OpenedModel opened = openModel(options.model, job.part(0.0, 0.1));
  request.model = opened.name;
  request.bos = opened.bos || options.compareBos;
  const std::vector<bool> conditions = options.compareBos ? std::vector{true, false} : std::vector{opened.bos};
  const InfluenceRun run = influenceUnder(*opened.model, *opened.tokenizer, request, conditions, job.part(0.1, 0.95));
  const std::vector<std::string> written = writeOutput(options.output, job.part(0.95, 1.0), run);
  if (options.json) {
    json reports = json::array();
    for (const InfluenceResult& result : run.results) reports.push_back(influenceJson(result));
    std::cout << json{{"results", reports}}.dump(2, ' ', false, json::error_handler_t::replace) << '\n';
    return;
  }
  for (const InfluenceResult& result : run.results) {
    if (&result != &run.results.front()) std::printf("\n");
    printInfluence(result);
  }
  tell(written);
}

}  // namespace

void addInfluence(CLI::App& program, int& exitCode) {
  auto options = std::make_shared<InfluenceOptions>();
  InfluenceRequest& request = options->request;
  CLI::App* command = program.add_subcommand(
      "influence", "Measure how much each token influences another deeper in the model, beside the paper's bound.");
  addModelOptions(*command, options->model);
  addBosOptions(*command, options->model);
  command->add_option("-p,--prompt", request.prompt, "The text itself.")->required();
  command->add_option("-q,--query", request.query,
                      "Position of the influenced token, <bos> counted. Default: the last.");
  command
      ->add_option("--from", request.from, "Influence of the residual stream after so many layers; 0: the embedding.")
      ->capture_default_str();
  command->add_option("--to", request.to, "On the residual stream after so many layers. Default: all.");
  command->add_flag("--final-norm", request.finalNorm, "On the stream after the final norm.");
  command->add_flag("--all", request.allQueries, "Also the full matrix, every token influenced by every other.");
  CLI::Option* exact =
      command->add_flag("--exact", options->exact, "Measure exactly: one vector-Jacobian product a component.");
  command->add_option("--probes", request.probes, "Measure with so many random vectors a token.")
      ->check(CLI::PositiveNumber)
      ->capture_default_str()
      ->excludes(exact);
  command->add_option("--seed", request.seed, "Seed of the random vectors.")->capture_default_str();
  command
      ->add_flag("--compare-bos", options->compareBos, "Both, one after the other; --query is a position with <bos>.")
      ->excludes(command->get_option("--bos"))
      ->excludes(command->get_option("--no-bos"));
  command->add_option("-t,--tokens", request.tokenLimit, "Cut the prompt to T tokens, <bos> included; 0: no limit.")
      ->capture_default_str();
  command->add_option("--memory", options->memoryGiB, "GiB of memory that it may take.")
      ->check(CLI::PositiveNumber)
      ->capture_default_str();
  addOutputOptions(*command, options->output,
                   {"Write the measured influence, that on the token, the bound against it and its fall with depth\n"
                    "to this folder."});
  command->add_flag(
      "--json", options->json,
      "Print one JSON object: results, one or two with model, tokens, bound, rollout and withoutSink (natural\n"
      "logs; null where there is no path), measured and standardError [start][token], sinkLogRatio [start].");
  command->footer(
      "Example: sinkscope influence --model smollm2-135m --prompt \"The capital of France is\" --compare-bos");
  command->callback(
      [options, &exitCode] { exitCode = runCommand([&](const Job& job) { runInfluence(*options, job); }); });
}

}  // namespace sinkscope
