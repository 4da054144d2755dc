#include "app/commands/commands.h"
#include "app/commands/console.h"
#include "app/commands/table_text.h"
#include "core/byte_text.h"
#include "core/error.h"
#include "core/model/model_listing.h"
#include "core/model/weight_memory.h"

#include <CLI/CLI.hpp>
#include <nlohmann/json.hpp>

#include <array>
#include <iostream>
#include <memory>

namespace sinkscope {
namespace {

using nlohmann::json;

struct ModelsOptions {
  std::vector<std::string> folders;
  bool json = false;
};

constexpr std::size_t kColumns = 9;
using Line = std::array<std::string, kColumns>;

/// Where no number is known stands a dash.
template <typename Text>
std::string known(std::int64_t value, const Text& text) {
  return value > 0 ? text(value) : "–";
}

Line lineOf(const ModelListing& model) {
  const auto bytes = [](std::int64_t value) { return bytesText(static_cast<std::uint64_t>(value)); };
  const bool saysWhy = model.state == ModelState::Incomplete || model.state == ModelState::Unreadable;
  return {model.found.name,
          titleOf(model.found.source),
          model.family.empty() ? "–" : model.family,
          known(model.parameters, parametersText),
          model.weightType.empty() ? "–" : model.weightType,
          known(model.contextLength, [](std::int64_t value) { return std::to_string(value); }),
          known(static_cast<std::int64_t>(model.found.bytes), bytes),
          known(model.memory, bytes),
          saysWhy ? model.problem : stateText(model)};
}

/// Names to the left, numbers to the right.
void print(const std::vector<ModelListing>& models) {
  std::vector<Line> lines{{"name", "source", "family", "size", "type", "context", "on disk", "memory", "status"}};
  for (const ModelListing& model : models) lines.push_back(lineOf(model));
  std::array<std::size_t, kColumns> widths{};
  for (const Line& line : lines)
    for (std::size_t column = 0; column + 1 < kColumns; ++column)
      widths[column] = std::max(widths[column], charactersIn(line[column]));
  for (const Line& line : lines) {
    for (std::size_t column = 0; column < kColumns; ++column) {
      const bool isNumber = column == 3 || (column >= 5 && column + 1 < kColumns);
      if (column > 0) std::cout << "  ";
      std::cout << (isNumber ? padded(line[column], widths[column]) : paddedRight(line[column], widths[column]));
    }
    std::cout << '\n';
  }
}

json jsonOf(const ModelListing& model) {
  return {{"name", model.found.name},
          {"source", titleOf(model.found.source)},
          {"path", model.found.path.string()},
          {"bytes", model.found.bytes},
          {"family", model.family},
          {"parameters", model.parameters},
          {"type", model.weightType},
          {"contextLength", model.contextLength},
          {"memory", model.memory},
          {"opens", model.opens()},
          {"status", stateText(model)},
          {"problem", model.problem}};
}

void listModels(const ModelsOptions& options, const Job& job) {
  std::vector<std::filesystem::path> added = addedModelFolders();
  for (const std::string& folder : options.folders) {
    if (!std::filesystem::is_directory(folder)) throw Error(folder + " is no folder.");
    added.emplace_back(std::filesystem::absolute(folder));
  }
  const std::vector<ModelFolder> folders = modelFolders(added);
  const std::vector<FoundModel> found = findModels(folders, job.part(0, 0.5));
  const std::uint64_t memory = memoryOfMachine();
  std::vector<ModelListing> models;
  for (const FoundModel& model : found) {
    job.progress("reading " + model.name,
                 0.5 + 0.5 * static_cast<double>(models.size()) / static_cast<double>(found.size()));
    models.push_back(listModel(model, usualWeightMemory()));
  }
  if (options.json) {
    json report{{"memoryOfMachine", memory}, {"folders", json::array()}, {"models", json::array()}};
    for (const ModelFolder& folder : folders)
      report["folders"].push_back({{"source", titleOf(folder.source)}, {"path", folder.path.string()}});
    for (const ModelListing& model : models) report["models"].push_back(jsonOf(model));
    std::cout << report.dump(2, ' ', false, json::error_handler_t::replace) << '\n';
    return;
  }
  print(models);
  std::cout << "\nWeights may take " << bytesText(usualWeightMemory()) << " of this machine's " << bytesText(memory)
            << " of memory. Looked in " << placesText(folders) << ".\n";
}

}  // namespace

void addModels(CLI::App& program, int& exitCode) {
  auto options = std::make_shared<ModelsOptions>();
  CLI::App* command = program.add_subcommand(
      "models", "The models on this machine, this program's and others'; their names can be given to --model.");
  command
      ->add_option("--folder", options->folders,
                   "Look into this folder too, this once; may be given several times. The window keeps a list of\n"
                   "such folders (Ctrl+Shift+M), which every command knows.")
      ->allow_extra_args(false);
  command->add_flag(
      "--json", options->json,
      "Print one JSON object: memoryOfMachine (bytes), folders, and models, each with name, source, path,\n"
      "bytes (of its files), family, parameters, type, contextLength, memory (bytes that it takes here),\n"
      "opens, status and problem. Numbers that are not known are 0.");
  command->callback(
      [options, &exitCode] { exitCode = runCommand([&](const Job& job) { listModels(*options, job); }); });
}

}  // namespace sinkscope
