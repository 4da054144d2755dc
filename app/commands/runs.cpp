#include "app/commands/runs.h"

#include "app/commands/console.h"
#include "app/commands/runs_contents.h"
#include "app/commands/runs_report.h"
#include "core/catalogue/catalogue.h"
#include "core/catalogue/rerun.h"
#include "core/catalogue/run_comparison.h"
#include "core/catalogue/run_export.h"
#include "core/error.h"

#include <CLI/CLI.hpp>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <iostream>
#include <map>
#include <memory>

namespace sinkscope {
namespace {

using nlohmann::json;

struct Options {
  std::vector<std::string> folders, query;
  std::string sort = "date", group, a, b, folder;
  RunPreviewQuery part{.rows = 20, .columns = 10};
  std::size_t limit = 0;
  bool ascending = false, json = false, all = false, tree = false;
};

void print(const json& report) {
  std::cout << report.dump(2, ' ', false, json::error_handler_t::replace) << '\n';
}

/// The catalogue, up to date.
std::unique_ptr<Catalogue> catalogueOf(const Options& options, const Job& job) {
  std::vector<std::filesystem::path> folders;
  for (const std::string& folder : options.folders) {
    if (!std::filesystem::is_directory(folder)) throw Error(folder + " is no folder.");
    folders.emplace_back(folder);
  }
  auto catalogue = std::make_unique<Catalogue>(folders.empty() ? libraryFolders() : folders, runIndexFile());
  catalogue->scan(job);
  return catalogue;
}

/// A run's file: the one of that path, else the one that is called so in the library.
std::filesystem::path fileOf(const std::string& run, const Options& options, const Job& job) {
  std::filesystem::path path = run;
  if (!std::filesystem::exists(path)) {
    RunQuery query;
    query.filters.push_back({RunColumn::Name, RunFilter::Test::Equal, run});
    const std::vector<RunRow> found = catalogueOf(options, job)->runs(query);
    if (found.empty()) throw Error("'" + run + "' is neither a file nor the name of a run in the library.");
    if (found.size() > 1)
      throw Error("'" + run + "' is the name of " + std::to_string(found.size()) + " runs, such as " +
                  found[0].path.string() + " and " + found[1].path.string() + "; give the file instead.");
    path = found.front().path;
  }
  return path;
}

/// The same, and it has been read without harm.
std::filesystem::path runOf(const std::string& run, const Options& options, const Job& job) {
  const std::filesystem::path path = fileOf(run, options, job);
  checkRunInChild(ownExecutable(), path, job);
  return path;
}

/// Runs by what the column says of them; of tags, a run is in each.
std::map<std::string, std::vector<RunRow>> grouped(const std::vector<RunRow>& runs, RunColumn column) {
  std::map<std::string, std::vector<RunRow>> groups;
  for (const RunRow& run : runs) {
    if (column == RunColumn::Tags && !run.card.labels.tags.empty())
      for (const std::string& tag : run.card.labels.tags) groups[tag].push_back(run);
    else
      groups[textOf(run, column)].push_back(run);
  }
  return groups;
}

void listRuns(const Options& options, const Job& job) {
  RunQuery query;
  for (const std::string& part : options.query) addTyped(query, part);
  query.sort = runColumnNamed(options.sort);
  query.descending = !options.ascending;
  const std::unique_ptr<Catalogue> catalogue = catalogueOf(options, job);
  std::vector<RunRow> runs = catalogue->runs(query);
  const std::size_t all = runs.size();
  if (options.limit > 0 && all > options.limit)
    runs.erase(runs.begin() + static_cast<std::ptrdiff_t>(options.limit), runs.end());
  std::map<std::string, std::vector<RunRow>> groups;
  if (!options.group.empty()) groups = grouped(runs, runColumnNamed(options.group));
  if (options.json) {
    json report{{"count", all}, {"folders", json::array()}, {"runs", json::array()}};
    for (const auto& folder : catalogue->folders()) report["folders"].push_back(folder.string());
    for (const RunRow& run : runs) report["runs"].push_back(jsonOf(run));
    for (const auto& [value, members] : groups) {
      json paths = json::array();
      for (const RunRow& run : members) paths.push_back(run.path.string());
      report["groups"].push_back({{"value", value}, {"count", members.size()}, {"paths", paths}});
    }
    return print(report);
  }
  if (runs.empty()) {
    std::cout << "no such run";
  } else if (groups.empty()) {
    printRuns(std::cout, runs);
  }
  for (const auto& [value, members] : groups) {
    std::cout << options.group << ": " << (value.empty() ? "–" : value) << " (" << members.size() << ")\n";
    printRuns(std::cout, members);
    std::cout << '\n';
  }
  if (runs.size() < all) std::cout << "... of " << all << " runs";
  std::cout << "\nLooked in ";
  for (std::size_t i = 0; i < catalogue->folders().size(); ++i)
    std::cout << (i > 0 ? ", " : "") << catalogue->folders()[i].string();
  std::cout << ". Sink rates are at ε 0.3.\n";
}

CLI::App* subcommand(CLI::App& parent, const char* name, const char* help, const std::shared_ptr<Options>& options) {
  CLI::App* command = parent.add_subcommand(name, help);
  command->add_option("--folder", options->folders, "Look into this folder instead of the library; may be repeated.")
      ->allow_extra_args(false);
  return command;
}

void addList(CLI::App& runs, const std::shared_ptr<Options>& options, int& exitCode) {
  CLI::App* command = subcommand(runs, "list", "The runs of the library, the newest first.", options);
  command->add_option("query", options->query,
                      "Words that begin a word of the prompts, note, name, tags or model, and conditions:\n"
                      "'kind=explore', 'sink_rate>=0.3', 'model~gemma', 'tags=\"first try\"'.");
  std::string columns;
  for (const RunColumnInfo& info : kRunColumns) columns.append(columns.empty() ? "" : ", ").append(info.key);
  command->add_option("--sort", options->sort, "Column: " + columns + ".")->capture_default_str();
  command->add_flag("--ascending", options->ascending, "The smallest first.");
  command->add_option("--group", options->group, "Put runs together by this column, such as model or tags.");
  command->add_option("--limit", options->limit, "At most so many.");
  command->add_flag(
      "--json", options->json,
      "Print one JSON object: count, folders, runs, and groups where asked for. Each run has path, name,\n"
      "kind, date, seconds, model, prompts, prompt, bos, tokens, sinkRate, loss, tags, note, bytes and\n"
      "problem, a sentence where the file cannot be read.");
  command->callback([options, &exitCode] { exitCode = runCommand([&](const Job& job) { listRuns(*options, job); }); });
}

/// Everything in a run's file, or a part of one of its datasets, as another process reads it.
void showContents(const Options& options, const Job& job) {
  const std::filesystem::path path = fileOf(options.a, options, job);
  CardReader reader(ownExecutable());
  if (!options.part.dataset.empty()) {
    const RunPreview preview = reader.preview(path, options.part, job);
    options.json ? print(jsonOf(preview)) : printPreview(std::cout, preview);
  } else {
    const std::vector<RunNode> tree = reader.tree(path, job);
    options.json ? print(jsonOf(tree)) : printTree(std::cout, tree);
  }
}

void addShow(CLI::App& runs, const std::shared_ptr<Options>& options, int& exitCode) {
  CLI::App* command = subcommand(runs, "show", "What the catalogue knows of a run, or what is in its file.", options);
  command->add_option("run", options->a, "A run file, or the name of a run in the library.")->required();
  command->add_flag("--tree", options->tree,
                    "Everything in the file instead: groups, attributes, and datasets with type, shape, size and how "
                    "they are stored.");
  RunPreviewQuery& part = options->part;
  command->add_option("--dataset", part.dataset,
                      "A part of this dataset instead, such as /prompts/0/share: a table over its last two axes.");
  command->add_option("--at", part.leading, "Where on the axes before those two, such as 3,0.")->delimiter(',');
  command->add_option("--row", part.row, "The first row.");
  command->add_option("--column", part.column, "The first column.");
  command->add_option("--rows", part.rows, "At most so many.")->capture_default_str();
  command->add_option("--columns", part.columns, "At most so many.")->capture_default_str();
  command->add_flag("--json", options->json, "Print one JSON object.");
  command->callback([options, &exitCode] {
    exitCode = runCommand([&](const Job& job) {
      if (options->tree || !options->part.dataset.empty()) return showContents(*options, job);
      const std::filesystem::path path = runOf(options->a, *options, job);
      const RunCard card = readRunCard(path);
      if (options->json) return print(jsonOf(path, card));
      printRun(std::cout, path, card);
    });
  });
}

void addCompare(CLI::App& runs, const std::shared_ptr<Options>& options, int& exitCode) {
  CLI::App* command =
      subcommand(runs, "compare", "Two runs beside each other: what differs, and by how much.", options);
  command->add_option("a", options->a, "A run file, or the name of a run in the library.")->required();
  command->add_option("b", options->b, "Another.")->required();
  command->add_flag("--all", options->all, "Also what is the same.");
  command->add_flag(
      "--json", options->json,
      "Print one JSON object: same (all numbers and texts are), values, texts, arrays (with the shapes a\n"
      "and b, largest difference and where).");
  command->callback([options, &exitCode] {
    exitCode = runCommand([&](const Job& job) {
      const std::filesystem::path a = runOf(options->a, *options, job), b = runOf(options->b, *options, job);
      const RunComparison comparison = compareRuns(a, b, job);
      if (options->json) return print(jsonOf(comparison));
      printComparison(std::cout, comparison, options->all);
    });
  });
}

void addExportRun(CLI::App& runs, const std::shared_ptr<Options>& options, int& exitCode) {
  CLI::App* command = subcommand(runs, "export", "Writes a run's tables and arrays as CSV files.", options);
  command->add_option("run", options->a, "A run file, or the name of a run in the library.")->required();
  command->add_option("into", options->folder, "The folder for the files.")->required();
  command->add_flag("--json", options->json, "Print one JSON object: files.");
  command->callback([options, &exitCode] {
    exitCode = runCommand([&](const Job& job) {
      const auto files = exportRun(runOf(options->a, *options, job), options->folder, job);
      if (!options->json) {
        std::cout << files.size() << " files in " << options->folder << '\n';
        return;
      }
      json report{{"files", json::array()}};
      for (const auto& file : files) report["files"].push_back(file.string());
      print(report);
    });
  });
}

void addRerun(CLI::App& runs, const std::shared_ptr<Options>& options, int& exitCode) {
  CLI::App* command = subcommand(
      runs, "rerun", "Asks the same of the same model again: do the numbers agree? Exit code 1 where they do not.",
      options);
  command->add_option("run", options->a, "A run file, or the name of a run in the library.")->required();
  command->add_option("-o,--out", options->b, "Keep the new run in this file.");
  command->add_flag("--json", options->json, "Print one JSON object, as compare does.");
  command->callback([options, &exitCode] {
    bool same = true;
    exitCode = runCommand([&](const Job& job) {
      const std::filesystem::path run = runOf(options->a, *options, job);
      const RunComparison comparison = rerunAndCompare(run, options->b, job);
      same = comparison.isSame();
      if (options->json) return print(jsonOf(comparison));
      printComparison(std::cout, comparison, false);
      std::cout << (same ? "The numbers agree.\n" : "The numbers differ.\n");
    });
    if (exitCode == kSuccess && !same) exitCode = kFailure;
  });
}

}  // namespace

void addRuns(CLI::App& program, int& exitCode) {
  CLI::App* runs = program.add_subcommand("runs", "The saved runs: list, show, compare, export, rerun.");
  runs->require_subcommand(1);
  const auto options = std::make_shared<Options>();
  addList(*runs, options, exitCode);
  addShow(*runs, options, exitCode);
  addCompare(*runs, options, exitCode);
  addExportRun(*runs, options, exitCode);
  addRerun(*runs, options, exitCode);
}

}  // namespace sinkscope
