#include "core/error.h"
#include "core/model/gguf.h"
#include "core/model/json_fields.h"
#include "core/model/model_layouts.h"

#include <algorithm>
#include <charconv>
#include <optional>
#include <set>
#include <utility>

// Models whose files lie side by side in one folder.

namespace sinkscope {
namespace {

namespace fs = std::filesystem;

/// "stem-00002-of-00003", taken apart.
struct Part {
  std::string stem;
  int number = 1, count = 1;
};

Part partOf(const std::string& stem) {
  constexpr std::size_t tail = std::string_view("-00002-of-00003").size();
  const auto number = [&](std::size_t at) {
    int value = 0;
    const auto end = std::from_chars(stem.data() + at, stem.data() + at + 5, value);
    return end.ec == std::errc() && end.ptr == stem.data() + at + 5 ? value : 0;
  };
  if (stem.size() <= tail) return {stem};
  const std::size_t at = stem.size() - tail;
  if (stem[at] != '-' || stem.compare(at + 6, 4, "-of-") != 0) return {stem};
  const Part part{stem.substr(0, at), number(at + 1), number(at + 10)};
  return part.number >= 1 && part.number <= part.count ? part : Part{stem};
}

std::uint64_t sizeOf(const fs::path& file) {
  std::error_code error;
  const std::uint64_t bytes = fs::file_size(file, error);
  return error ? 0 : bytes;
}

/// What a sentence says of `missing` ones among `count` files; empty where none is missing.
std::string missingText(const std::vector<std::string>& missing, std::size_t count) {
  if (missing.empty()) return {};
  if (count == 1) return "Its file of weights, " + missing.front() + ", is missing.";
  std::string text = std::to_string(missing.size());
  text += " of its " + std::to_string(count) + " files of weights " + (missing.size() == 1 ? "is" : "are") +
          " missing" + (missing.size() == 1 ? " (" : " (the first is ") + missing.front() + ").";
  return text;
}

/// Adds up the files that are there and says which are not.
void takeFiles(FoundModel& model, const fs::path& folder, const std::set<std::string>& files) {
  std::vector<std::string> missing;
  for (const std::string& file : files) {
    if (!isFile(folder / file)) missing.push_back(file);
    model.bytes += sizeOf(folder / file);
  }
  model.problem = missingText(missing, files.size());
  model.incomplete = !missing.empty();
}

std::vector<FoundModel> ggufModels(const fs::path& folder, const std::vector<fs::path>& files,
                                   const std::string& name) {
  std::set<std::pair<std::string, int>> models;  // stem, number of parts
  for (const fs::path& file : files) {
    const std::string stem = file.stem().string();
    // The image reader of the model beside it.
    if (file.extension() != ".gguf" || stem.find("mmproj") != std::string::npos) continue;
    const Part part = partOf(stem);
    models.emplace(part.stem, part.count);
  }
  std::vector<FoundModel> result;
  for (const auto& [stem, count] : models) {
    std::set<std::string> names;
    for (int number = 1; number <= count; ++number) {
      names.insert(count > 1 ? ggufPartName(stem, number, count) : stem + ".gguf");
    }
    FoundModel model;
    model.name = below(name, stem);
    model.path = folder / *names.begin();
    takeFiles(model, folder, names);
    result.push_back(std::move(model));
  }
  return result;
}

bool isPyTorchFile(const fs::path& file) {
  const std::string name = file.filename().string();
  return (file.extension() == ".bin" && name.starts_with("pytorch_model")) ||
         (file.extension() == ".pth" && name.starts_with("consolidated"));
}

std::string asksForConversion(const fs::path& file) {
  return "Its weights are in " + file.filename().string() +
         ", which this program does not read; in Python, transformers.AutoModelForCausalLM.from_pretrained('" +
         file.parent_path().string() + "').save_pretrained('FOLDER') writes a folder with model.safetensors.";
}

/// The shards that an index names.
std::set<std::string> shardsOf(const fs::path& index) {
  const JsonFields map = JsonFields::ofFile(index).object("weight_map");
  std::set<std::string> shards;
  for (const auto& [tensor, file] : map.json().items())
    if (file.is_string()) shards.insert(file.get<std::string>());
  return shards;
}

/// The model that a folder with a config.json is.
std::optional<FoundModel> folderModel(const fs::path& folder, const std::vector<fs::path>& files,
                                      const std::string& name) {
  FoundModel model;
  model.name = name;
  model.path = folder;
  const fs::path index = folder / "model.safetensors.index.json";
  if (std::ranges::find(files, folder / "model.safetensors") != files.end()) {
    takeFiles(model, folder, {"model.safetensors"});
    return model;
  }
  if (std::ranges::find(files, index) != files.end()) {
    try {
      takeFiles(model, folder, shardsOf(index));
    } catch (const Error& error) {
      model.problem = error.what();
    }
    return model;
  }
  std::vector<fs::path> weights;
  std::ranges::copy_if(files, std::back_inserter(weights),
                       [](const fs::path& file) { return file.extension() == ".safetensors"; });
  if (weights.size() == 1) {
    model.path = weights.front();
    takeFiles(model, folder, {weights.front().filename().string()});
    return model;
  }
  if (!weights.empty()) {
    model.problem = "It has " + std::to_string(weights.size()) +
                    " .safetensors files, but no model.safetensors.index.json that says what is in them.";
    model.incomplete = true;
    for (const fs::path& file : weights) model.bytes += sizeOf(file);
    return model;
  }
  const auto pyTorch = std::ranges::find_if(files, isPyTorchFile);
  if (pyTorch == files.end()) return std::nullopt;
  for (const fs::path& file : files) model.bytes += isPyTorchFile(file) ? sizeOf(file) : 0;
  model.problem = asksForConversion(*pyTorch);
  return model;
}

}  // namespace

std::vector<FoundModel> modelsDirectlyIn(const fs::path& folder, const std::string& name) {
  std::vector<fs::path> files = entriesOf(folder);
  std::erase_if(files, isFolder);
  std::vector<FoundModel> models = ggufModels(folder, files, name);
  const std::string ownName = name.empty() ? folder.filename().string() : name;
  if (std::ranges::find(files, folder / "config.json") != files.end()) {
    if (auto model = folderModel(folder, files, ownName)) models.push_back(std::move(*model));
    return models;
  }
  // Other .safetensors files without a config.json are parts of something else: images' models, adapters, tensors.
  for (const fs::path& file : files) {
    if (file.extension() != ".safetensors" || !file.filename().string().starts_with("model")) continue;
    FoundModel model;
    model.name = below(name, file.stem());
    model.path = file;
    takeFiles(model, folder, {file.filename().string()});
    if (!model.incomplete)
      model.problem = file.filename().string() + " has beside it no config.json, which says how the model is built.";
    model.incomplete = true;
    models.push_back(std::move(model));
  }
  return models;
}

}  // namespace sinkscope
