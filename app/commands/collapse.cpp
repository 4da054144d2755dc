#include "app/commands/collapse_report.h"
#include "app/commands/commands.h"
#include "app/commands/console.h"
#include "app/commands/model_options.h"
#include "app/commands/output_options.h"

#include <CLI/CLI.hpp>

#include <algorithm>
#include <iostream>
#include <memory>

namespace sinkscope {
namespace {

using nlohmann::json;

struct CollapseOptions {
  ModelOptions model;
  OutputOptions output;
  std::string prompt;
  std::vector<std::string> probes;
  std::size_t tokens = 64;
  std::vector<std::size_t> lengths{10, 20, 50, 100, 200};
  std::string text = " the";
  double epsilon = 0.3;
  bool compareBos = false, json = false;
};

void printJson(const json& report) {
  std::cout << report.dump(2, ' ', false, json::error_handler_t::replace) << '\n';
}

void measurePrompt(const CollapseOptions& options, const OpenedModel& opened, const Job& job) {
  CollapseRequest request;
  request.model = opened.name;
  request.prompt = options.prompt;
  request.tokenLimit = options.tokens;
  request.device = options.model.device;
  std::vector<bool> conditions{opened.bos};
  if (options.compareBos) conditions = {true, false};
  const CollapseRun run = collapseUnder(*opened.model, *opened.tokenizer, request, conditions, job.part(0.0, 0.9));
  const std::vector<std::string> written =
      writeOutput(options.output, job.part(0.9, 1.0), run, {.epsilon = options.epsilon});
  if (options.json) {
    json reports = json::array();
    for (const CollapseResult& result : run.results) reports.push_back(collapseJson(result, options.epsilon));
    return printJson({{"results", reports}});
  }
  for (const CollapseResult& result : run.results) {
    if (&result != &run.results.front()) std::cout << std::endl;
    printCollapse(result, options.epsilon);
  }
  tell(written);
}

ProbeRequest probesOf(const CollapseOptions& options, const OpenedModel& opened) {
  ProbeRequest request;
  for (const std::string& probe : options.probes)
    if (probe == "repeat")
      request.repetitions.push_back(
          {opened.name, options.text, std::ranges::max(options.lengths), opened.bos, options.model.device});
    else
      request.lengths.push_back({.model = opened.name,
                                 .probe = lengthProbeNamed(probe),
                                 .lengths = options.lengths,
                                 .separator = "",
                                 .bos = opened.bos,
                                 .device = options.model.device});
  return request;
}

void probe(const CollapseOptions& options, const OpenedModel& opened, const Job& job) {
  const ProbeRun run = runProbes(*opened.model, *opened.tokenizer, probesOf(options, opened), job.part(0.0, 0.95));
  const std::vector<std::string> written = writeOutput(options.output, job.part(0.95, 1.0), run);
  if (options.json) {
    json reports = json::array();
    for (const LengthProbeResult& result : run.lengths) reports.push_back(lengthsJson(result));
    for (const RepetitionResult& result : run.repetitions) reports.push_back(repetitionJson(result));
    return printJson({{"probes", reports}});
  }
  for (const LengthProbeResult& result : run.lengths) {
    printLengths(result);
    std::cout << std::endl;
  }
  for (const RepetitionResult& result : run.repetitions) printRepetition(result);
  tell(written);
}

void runCollapse(const CollapseOptions& options, const Job& job) {
  const OpenedModel opened = openModel(options.model, job.part(0.0, 0.2));
  const Job rest = job.part(0.2, 1.0);
  if (options.probes.empty())
    measurePrompt(options, opened, rest);
  else
    probe(options, opened, rest);
}

}  // namespace

void addCollapse(CLI::App& program, int& exitCode) {
  auto options = std::make_shared<CollapseOptions>();
  CLI::App* command = program.add_subcommand(
      "collapse",
      "Measure how alike a prompt's tokens become from layer to layer, or probe it with made-up sequences.");
  addModelOptions(*command, options->model);
  addBosOptions(*command, options->model);
  auto* source = command->add_option_group("input", "What is measured");
  source->add_option("-p,--prompt", options->prompt, "The text itself: collapse measures of every layer.");
  source
      ->add_option(
          "--probe", options->probes,
          "One or several. ones: n times the digit 1, its last token against the same once repeated; digits: the same\n"
          "with a comma after every third digit; repeat: norm of the copies of one token.")
      ->delimiter(',')
      ->check(CLI::IsMember({"ones", "digits", "repeat"}));
  source->require_option(1);
  command->add_flag("--compare-bos", options->compareBos, "A prompt with <bos> and without, one after the other.");
  command->add_option("-t,--tokens", options->tokens, "Cut the prompt to T tokens, <bos> included; 0: no limit.")
      ->capture_default_str();
  command->add_option("-e,--eps", options->epsilon, "Threshold of the sink rate.")
      ->check(CLI::Range(0.0, 1.0))
      ->capture_default_str();
  command->add_option("--lengths", options->lengths, "Lengths n of a probe; 'repeat' takes the largest.")
      ->delimiter(',')
      ->check(CLI::PositiveNumber)
      ->capture_default_str();
  addOutputOptions(*command, options->output);
  command->add_option("--text", options->text, "'repeat': the text whose last token is repeated.")
      ->capture_default_str();
  command->add_flag(
      "--json", options->json,
      "Print one JSON object. A prompt: results, one or two, with lists over the embedding and all layers (rowEntropy\n"
      "[layer][head] and sinkRate over layers). Probes: probes, one each, with lists over lengths, or norm\n"
      "[place][copy].");
  command->footer(
      "Examples: sinkscope collapse --model gemma-3-270m --prompt \"The river rises in the mountains.\" --compare-bos\n"
      "          sinkscope collapse --model gemma-3-270m --probe ones,digits --lengths 10,20,50,100");
  command->callback(
      [options, &exitCode] { exitCode = runCommand([&](const Job& job) { runCollapse(*options, job); }); });
}

}  // namespace sinkscope
