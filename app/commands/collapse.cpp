#include "app/commands/collapse_report.h"
#include "app/commands/commands.h"
#include "app/commands/console.h"
#include "app/commands/model_options.h"
#include "core/runs/result_file.h"

#include <CLI/CLI.hpp>

#include <algorithm>
#include <iostream>
#include <memory>

namespace sinkscope {
namespace {

using nlohmann::json;

struct CollapseOptions {
  ModelOptions model;
  std::string prompt, probe, out;
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
  request.model = options.model.model;
  request.prompt = options.prompt;
  request.tokenLimit = options.tokens;
  request.device = options.model.device;
  std::vector<bool> conditions{opened.bos};
  if (options.compareBos) conditions = {true, false};
  const CollapseRun run = collapseUnder(*opened.model, *opened.tokenizer, request, conditions,
                                        job.part(0.0, options.out.empty() ? 1 : 0.9));
  if (!options.out.empty()) saveResult(options.out, run, "{}", job.part(0.9, 1.0));
  if (options.json) {
    json reports = json::array();
    for (const CollapseResult& result : run.results) reports.push_back(collapseJson(result, options.epsilon));
    return printJson({{"results", reports}});
  }
  for (const CollapseResult& result : run.results) {
    if (&result != &run.results.front()) std::cout << std::endl;
    printCollapse(result, options.epsilon);
  }
  if (!options.out.empty()) std::cout << "wrote " << options.out << std::endl;
}

void probeLengths(const CollapseOptions& options, const OpenedModel& opened, const Job& job) {
  LengthProbeRequest request;
  request.model = options.model.model;
  request.probe = options.probe == "ones" ? LengthProbe::Ones : LengthProbe::Digits;
  request.lengths = options.lengths;
  request.bos = opened.bos;
  request.device = options.model.device;
  const LengthProbeResult result = lengthProbe(*opened.model, *opened.tokenizer, request, job);
  if (options.json)
    printJson(lengthsJson(result));
  else
    printLengths(result);
}

void probeRepetition(const CollapseOptions& options, const OpenedModel& opened, const Job& job) {
  RepetitionRequest request;
  request.model = options.model.model;
  request.text = options.text;
  request.copies = std::ranges::max(options.lengths);
  request.bos = opened.bos;
  request.device = options.model.device;
  const RepetitionResult result = repetitionProbe(*opened.model, *opened.tokenizer, request, job);
  if (options.json)
    printJson(repetitionJson(result));
  else
    printRepetition(result);
}

void runCollapse(const CollapseOptions& options, const Job& job) {
  const OpenedModel opened = openModel(options.model, job.part(0.0, 0.2));
  const Job rest = job.part(0.2, 1.0);
  if (options.probe.empty())
    measurePrompt(options, opened, rest);
  else if (options.probe == "repeat")
    probeRepetition(options, opened, rest);
  else
    probeLengths(options, opened, rest);
}

}  // namespace

void addCollapse(CLI::App& program, int& exitCode) {
  auto options = std::make_shared<CollapseOptions>();
  CLI::App* command = program.add_subcommand(
      "collapse",
      "Measure how alike a prompt's tokens become from layer to layer, or probe it with made-up sequences.");
  addModelOptions(*command, options->model);
  auto* source = command->add_option_group("input", "What is measured");
  source->add_option("-p,--prompt", options->prompt, "The text itself: collapse measures of every layer.");
  auto* probe =
      source
          ->add_option(
              "--probe", options->probe,
              "ones: n times the digit 1, its last token against the same once repeated; digits: the same with a\n"
              "comma after every third digit; repeat: norm of the copies of one token.")
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
  command->add_option("-o,--out", options->out, "A prompt: write a run file (HDF5).")->excludes(probe);
  command->add_option("--text", options->text, "'repeat': the text whose last token is repeated.")
      ->capture_default_str();
  command->add_flag(
      "--json", options->json,
      "Print one JSON object. A prompt: results, one or two, with lists over the embedding and all layers (rowEntropy\n"
      "[layer][head] and sinkRate over layers). A probe: lists over lengths, or norm [place][copy].");
  command->footer(
      "Examples: sinkscope collapse --model gemma-3-270m --prompt \"The river rises in the mountains.\" --compare-bos\n"
      "          sinkscope collapse --model gemma-3-270m --probe ones --lengths 10,20,50,100");
  command->callback(
      [options, &exitCode] { exitCode = runCommand([&](const Job& job) { runCollapse(*options, job); }); });
}

}  // namespace sinkscope
