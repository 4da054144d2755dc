#include "core/model/model_listing.h"

#include "core/error.h"
#include "core/model/family.h"
#include "core/model/gguf.h"
#include "core/model/json_fields.h"
#include "core/model/model.h"
#include "core/model/weight_map.h"
#include "core/model/weight_memory.h"

#include <c10/util/accumulate.h>

#include <algorithm>
#include <map>
#include <memory>

namespace sinkscope {
namespace {

namespace fs = std::filesystem;

/// The type of most of the bytes.
std::string mainType(const TensorFile& file) {
  std::map<std::string, std::uint64_t> bytes;
  for (const auto& [name, tensor] : file.tensors()) bytes[tensor.type] += tensor.bytes;
  const auto most = std::ranges::max_element(bytes, {}, [](const auto& entry) { return entry.second; });
  return most == bytes.end() ? "" : most->first;
}

std::int64_t valuesIn(const TensorFile& file) {
  std::int64_t sum = 0;
  for (const auto& [name, tensor] : file.tensors()) sum += c10::multiply_integers(tensor.shape);
  return sum;
}

fs::path configBeside(const fs::path& path) {
  return (fs::is_directory(path) ? path : path.parent_path()) / "config.json";
}

/// Takes the family as the files name it; says whether this program has it.
bool takeFamily(ModelListing& listing, const std::string& name, bool known) {
  listing.family = name;
  if (known) return true;
  listing.state = ModelState::NotSupported;
  listing.problem = "Models of the family '" + name + "' are not supported.";
  return false;
}

void takeTensors(ModelListing& listing, const TensorFile& file) {
  listing.weightType = mainType(file);
  if (listing.parameters == 0) listing.parameters = valuesIn(file);
}

void takeConfig(ModelListing& listing, const ModelConfig& config) {
  listing.family = config.family;
  listing.contextLength = config.contextLength;
  listing.parameters = parametersOf(config);
}

/// Everything that loading the model would ask of its files before it reads weights.
void takeState(ModelListing& listing, const ModelConfig& config, const TensorFile& file, std::uint64_t budget) {
  const WeightMap weights(file, config);
  weights.checkReadable();
  const WeightsAs as = budget == 0 ? WeightsAs::Float32 : fittingWeights(weights, budget);
  listing.state = as == WeightsAs::Float32  ? ModelState::Fits
                  : as == WeightsAs::Stored ? ModelState::FitsAsStored
                                            : ModelState::Streams;
  listing.memory = static_cast<std::int64_t>(weightBytes(as == WeightsAs::Streamed ? WeightsAs::Stored : as, weights));
}

void readGguf(ModelListing& listing, std::uint64_t budget) {
  const GgufFile file(listing.found.path, GgufFile::Lists::WithoutVocabulary);
  takeTensors(listing, file);
  const std::string name = file.string("general.architecture");
  listing.contextLength = file.integer(name + ".context_length", 0);
  const auto isNamed = [&](const Family* family) { return family->ggufArchitecture == name; };
  if (!takeFamily(listing, name, std::ranges::any_of(families(), isNamed))) return;
  const ModelConfig config = readConfigOf(file);
  takeConfig(listing, config);
  takeState(listing, config, file, budget);
}

void readFolder(ModelListing& listing, std::uint64_t budget) {
  const fs::path& path = listing.found.path;
  const JsonFields json = JsonFields::ofFile(configBeside(path));
  const std::string name = json.string("model_type");
  listing.contextLength = json.integer("max_position_embeddings", 0);
  const auto isNamed = [&](const Family* family) { return std::ranges::count(family->modelTypes, name) > 0; };
  const bool known = takeFamily(listing, name, std::ranges::any_of(families(), isNamed));
  // What config.json says is known even where the weights cannot be opened.
  const ModelConfig config = known ? readConfigOf(json) : ModelConfig();
  if (known) takeConfig(listing, config);
  if (!listing.found.problem.empty()) return;
  const std::unique_ptr<TensorFile> file = openTensorFile(path);
  takeTensors(listing, *file);
  if (known) takeState(listing, config, *file, budget);
}

}  // namespace

ModelListing listModel(const FoundModel& found, std::uint64_t budget) {
  ModelListing listing;
  listing.found = found;
  try {
    if (isGgufFile(found.path))
      readGguf(listing, budget);
    else
      readFolder(listing, budget);
  } catch (const std::exception& error) {
    listing.problem = firstLine(error);
  }
  // Files that are fetched or converted make no family known.
  if (!found.problem.empty() && listing.state != ModelState::NotSupported) {
    listing.problem = found.problem;
    listing.state = found.incomplete ? ModelState::Incomplete : ModelState::Unreadable;
  }
  return listing;
}

std::string stateText(const ModelListing& listing) {
  switch (listing.state) {
    case ModelState::Fits:
      return "fits";
    case ModelState::FitsAsStored:
      return "fits as stored";
    case ModelState::Streams:
      return "streams";
    case ModelState::NotSupported:
      return "not supported: " + listing.family;
    case ModelState::Incomplete:
      return "incomplete";
    case ModelState::Unreadable:
      break;
  }
  return "cannot be read";
}

std::string parametersText(std::int64_t parameters) {
  constexpr const char* units[] = {"", " k", " M", " B", " T"};
  double value = static_cast<double>(parameters);
  std::size_t unit = 0;
  for (; value >= 999.5 && unit + 1 < std::size(units); ++unit) value /= 1000;
  char text[32];
  std::snprintf(text, sizeof text, "%.3g%s", value, units[unit]);
  return text;
}

}  // namespace sinkscope
