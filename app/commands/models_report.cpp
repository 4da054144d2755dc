#include "app/commands/commands.h"
#include "app/commands/console.h"
#include "app/commands/json_values.h"
#include "app/commands/model_options.h"
#include "app/commands/output_options.h"
#include "app/commands/table_text.h"
#include "core/analysis/published.h"
#include "core/analysis/report_tables.h"
#include "core/error.h"
#include "core/model/demo_models.h"
#include "core/runs/document_file.h"
#include "core/text/english_prompts.h"
#include "core/text/prompts.h"

#include <ATen/Parallel.h>
#include <CLI/CLI.hpp>

#include <algorithm>
#include <filesystem>
#include <iostream>
#include <memory>

namespace sinkscope {
namespace {

using nlohmann::json;

struct ReportOptions {
  ReportRequest request;
  OutputOptions output;
  std::string prompts, html, latex, csv;
  std::size_t limit = 0;
  int threads = 0;
  bool json = false;
};

/// Lines of cells under their header, all columns but the first to the right.
void printTable(const ReportTable& table) {
  std::vector<std::string> header;
  for (const ReportTable::Column& column : table.columns) header.push_back(wholeHeading(column));
  std::vector<std::size_t> widths(header.size());
  const auto measure = [&](const std::vector<std::string>& cells) {
    for (std::size_t column = 0; column < cells.size(); ++column)
      widths[column] = std::max(widths[column], charactersIn(cells[column]));
  };
  measure(header);
  std::ranges::for_each(table.rows, measure);
  const auto print = [&](const std::vector<std::string>& cells) {
    for (std::size_t column = 0; column < cells.size(); ++column)
      std::cout << (column == 0 ? paddedRight(cells[0], widths[0]) : "  " + padded(cells[column], widths[column]));
    std::cout << '\n';
  };
  std::cout << table.title << "\n\n";
  print(header);
  auto section = table.sections.begin();
  for (std::size_t row = 0; row < table.rows.size(); ++row) {
    if (section != table.sections.end() && section->first == row) std::cout << '\n' << section++->second << '\n';
    print(table.rows[row]);
  }
  std::cout << '\n' << table.note << "\n\n";
}

json jsonInterval(const MeanInterval& interval) {
  return {{"mean", jsonNumber(interval.mean)}, {"low", jsonNumber(interval.low)}, {"high", jsonNumber(interval.high)}};
}

json jsonCondition(const ReportCondition& condition, const ReportRequest& request) {
  json rates = json::array(), layers = json::object();
  for (std::size_t e = 0; e < request.epsilons.size(); ++e) {
    json rate = jsonInterval(condition.rate[e]);
    rate["epsilon"] = request.epsilons[e];
    rate["byPrompt"] = jsonArray(condition.promptRate.row(e));
    rates.push_back(std::move(rate));
  }
  for (const LayerMeasure& measure : layerMeasures(request))
    layers[measure.name] = jsonArray(measure.values(condition));
  return {{"bos", condition.bos},
          {"tokensMin", condition.tokensMin},
          {"tokensMax", condition.tokensMax},
          {"sinkRate", std::move(rates)},
          {"share", jsonInterval(condition.share)},
          {"loss", jsonInterval(condition.loss)},
          {"spread", jsonInterval(condition.spread)},
          {"byLayer", std::move(layers)}};
}

json jsonReport(const ReportResult& result) {
  json models = json::array(), published = json::array();
  for (const ModelReport& model : result.models) {
    json conditions = json::array();
    for (const ReportCondition& condition : model.conditions)
      conditions.push_back(jsonCondition(condition, result.request));
    models.push_back({{"model", model.model.name},
                      {"weights", model.model.weightType},
                      {"layers", model.model.config.layers},
                      {"heads", model.model.config.heads},
                      {"bosText", model.bosText},
                      {"addsBos", model.addsBos},
                      {"seconds", model.seconds},
                      {"conditions", std::move(conditions)}});
  }
  for (const PublishedRate& one : kPublishedRates)
    published.push_back({{"model", one.model},
                         {"epsilon", one.epsilon},
                         {"rate", one.rate},
                         {"tokens", kPublishedTokens},
                         {"prompts", one.prompts},
                         {"source", one.source}});
  return {{"program", result.models.front().program},
          {"torch", result.models.front().torch},
          {"prompts", result.request.prompts.size()},
          {"promptsName", result.request.promptsName},
          {"tokenLimit", result.request.tokenLimit},
          {"resamples", result.request.resamples},
          {"seed", result.request.seed},
          {"includesQuery0", true},
          {"models", std::move(models)},
          {"published", std::move(published)}};
}

std::vector<std::string> fetchedDemoModels() {
  std::vector<std::string> names;
  for (const DemoModel& model : demoModels())
    if (!demoModelPath(model).empty()) names.push_back(model.name);
  if (names.empty()) names.emplace_back(kBuiltInModel);
  return names;
}

/// Found out before the work, not after it.
void checkFolderOf(const std::string& path) {
  const std::filesystem::path folder = std::filesystem::path(path).parent_path();
  if (!folder.empty() && !std::filesystem::is_directory(folder))
    throw Error(path + ": cannot be written: its folder does not exist.");
}

void report(ReportOptions options, const Job& job) {
  for (const std::string& path : {options.output.run, options.html, options.latex, options.csv}) checkFolderOf(path);
  if (options.threads > 0) at::set_num_threads(options.threads);
  ReportRequest& request = options.request;
  if (request.models.empty()) request.models = fetchedDemoModels();
  request.prompts = options.prompts.empty() ? englishPrompts() : readPrompts(options.prompts);
  request.promptsName =
      options.prompts.empty() ? kEnglishPromptsName : std::filesystem::path(options.prompts).filename().string();
  if (options.limit != 0 && options.limit < request.prompts.size()) request.prompts.resize(options.limit);
  const ReportResult result = reportModels(request, job.part(0.0, 0.98));

  std::vector<std::string> written = writeOutput(options.output, job.part(0.98, 1.0), result);
  for (const auto& [path, make] :
       {std::pair{options.html, &reportHtml}, {options.latex, &reportLatex}, {options.csv, &reportCsv}}) {
    if (path.empty()) continue;
    writeDocument(path, make(result));
    written.push_back(path);
  }
  if (options.json) {
    std::cout << jsonReport(result).dump(2, ' ', false, json::error_handler_t::replace) << '\n';
    return;
  }
  printTable(sinkTable(result));
  printTable(bosTable(result));
  tell(written);
}

}  // namespace

void addReport(CLI::App& program, int& exitCode) {
  auto options = std::make_shared<ReportOptions>();
  CLI::App* command = program.add_subcommand(
      "report", "The paper's tables on your models: sink rates beside the published ones, and what <bos> does.");
  command->add_option(
      "-m,--models", options->request.models,
      "Demo models' names, .gguf or .safetensors files, folders in Hugging Face's layout, or names that\n"
      "'sinkscope models' lists, one after the other. Default: the demo models that were fetched.");
  command->add_option("--prompts", options->prompts,
                      "A file: one prompt a line, or .jsonl with strings or objects with \"text\" or \"prompt\".\n"
                      "Default: 170 English passages that come with the program.");
  command->add_option("--limit", options->limit, "Take the first N prompts; 0: all.")->capture_default_str();
  command
      ->add_option("-t,--tokens", options->request.tokenLimit,
                   "Cut each prompt to T tokens, <bos> included; 0: no limit.")
      ->capture_default_str();
  command->add_option("-e,--eps", options->request.epsilons, "Thresholds of the sink rate.")
      ->delimiter(',')
      ->check(CLI::Range(0.0, 1.0))
      ->capture_default_str();
  command->add_option("--resamples", options->request.resamples, "Resamples of the bootstrap over the prompts.")
      ->check(CLI::PositiveNumber)
      ->capture_default_str();
  command->add_option("--seed", options->request.seed, "Seed of the bootstrap and of the swapped tokens.")
      ->capture_default_str();
  command->add_option("--html", options->html, "Write a web page that needs no other file.");
  command->add_option("--latex", options->latex, "Write LaTeX tables (booktabs) to \\input.");
  command->add_option("--csv", options->csv, "Write one row a number.");
  addOutputOptions(*command, options->output, {"Write the profiles over the layers to this folder."});
  command->add_flag("--json", options->json,
                    "Print one JSON object: models, each with its conditions (sinkRate, share, loss and spread with\n"
                    "intervals, byLayer), and the published rates. Rates and shares are fractions.");
  addDeviceOptions(*command, options->request.device, options->threads);
  command->footer("Example: sinkscope report --models gemma-3-270m smollm2-135m --html report.html --latex report.tex");
  command->callback([options, &exitCode] { exitCode = runCommand([&](const Job& job) { report(*options, job); }); });
}

}  // namespace sinkscope
