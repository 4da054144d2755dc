#include "core/model/model.h"

#include "core/error.h"
#include "core/model/devices.h"
#include "core/model/family.h"
#include "core/model/file_hash.h"
#include "core/model/gguf.h"
#include "core/model/json_fields.h"
#include "core/model/model_folders.h"
#include "core/model/safetensors.h"
#include "core/model/weight_map.h"
#include "core/model/weight_names.h"
#include "core/model/weight_stream.h"

#include <ATen/core/Tensor.h>
#include <c10/util/accumulate.h>

#include <algorithm>
#include <map>
#include <utility>

namespace sinkscope {
namespace {

/// Shares of the time that loading takes: reading, then hashing where it was not done before.
constexpr double readingShare = 0.8;

std::filesystem::path configPath(const std::filesystem::path& path) {
  const bool isFolder = std::filesystem::is_directory(path);
  const std::filesystem::path config = (isFolder ? path : path.parent_path()) / "config.json";
  if (!std::filesystem::exists(config)) {
    throw Error(path.string() + (isFolder ? " holds" : " has beside it") +
                " no config.json, which says how the model is built.");
  }
  return config;
}

ModelConfig configOf(const TensorFile& file, const std::filesystem::path& path) {
  if (const auto* gguf = dynamic_cast<const GgufFile*>(&file)) return readConfigOf(*gguf);
  return readConfigOf(JsonFields::ofFile(configPath(path)));
}

/// The type that most of the weights' bytes are stored in.
std::string mainType(const WeightMap& weights) {
  std::map<std::string, std::uint64_t> bytes;
  for (const ParameterSpec& spec : weights.specs()) bytes[weights.type(spec)] += weights.bytes(spec);
  const auto less = [](const auto& a, const auto& b) { return a.second < b.second; };
  return std::max_element(bytes.begin(), bytes.end(), less)->first;
}

std::vector<FileIdentity> identify(const std::vector<std::filesystem::path>& paths, const Job& job) {
  std::vector<FileIdentity> result;
  for (std::size_t i = 0; i < paths.size(); ++i) {
    const auto share = [&](std::size_t k) { return static_cast<double>(k) / static_cast<double>(paths.size()); };
    const std::string hash = sha256Of(paths[i], job.part(share(i), share(i + 1)));
    result.push_back({paths[i].filename().string(), std::filesystem::file_size(paths[i]), hash});
  }
  return result;
}

/// "layer 3 of 18" (counted from 1, as people do) for a layer's parameter, else the parameter's name.
std::string progressText(const ParameterSpec& spec, std::int64_t layers) {
  const ParsedName name(spec.name);
  if (!name.isOfLayer()) return spec.name;
  return "layer " + std::to_string(name.layerNumber() + 1) + " of " + std::to_string(layers);
}

WeightsAs chosen(const LoadOptions& options, const WeightMap& weights, std::uint64_t budget, bool onCpu) {
  if (options.weights != WeightsAs::Fitting) return options.weights;
  return onCpu ? fittingWeights(weights, budget) : WeightsAs::Float32;
}

/// Where each parameter goes: layers to the devices in turn, the embedding to the first one, what follows the layers to
/// the last.
class Placement {
 public:
  Placement(const WeightMap& weights, const ModelConfig& config, std::vector<at::Device> devices)
      : devices_(std::move(devices)) {
    if (devices_.size() == 1) return;
    PartBytes bytes{.layers = std::vector<std::uint64_t>(static_cast<std::size_t>(config.layers))};
    for (const ParameterSpec& spec : weights.specs()) {
      const ParsedName name(spec.name);
      const auto floats = static_cast<std::uint64_t>(4 * c10::multiply_integers(spec.shape));
      (name.isOfLayer()      ? bytes.layers[static_cast<std::size_t>(name.layerNumber())]
       : endsPass(spec.name) ? bytes.after
                             : bytes.before) += floats;
    }
    std::vector<std::uint64_t> memory;
    for (const at::Device& device : devices_) memory.push_back(weightMemoryOf(device));
    ofLayer_ = placeLayers(bytes, memory);
  }

  const at::Device& of(const ParameterSpec& spec) const {
    const ParsedName name(spec.name);
    if (name.isOfLayer())
      return devices_[ofLayer_.empty() ? 0 : ofLayer_[static_cast<std::size_t>(name.layerNumber())]];
    return endsPass(spec.name) ? devices_.back() : devices_.front();
  }

 private:
  static bool endsPass(const std::string& name) { return name.starts_with("finalNorm") || name == "output"; }

  std::vector<at::Device> devices_;
  std::vector<std::size_t> ofLayer_;
};

Parameters readParameters(const WeightMap& weights, const ModelConfig& config, WeightsAs as, const Placement& places,
                          const Job& job) {
  Parameters parameters;
  double done = 0, total = 0;
  for (const ParameterSpec& spec : weights.specs()) total += static_cast<double>(weights.bytes(spec));
  for (const ParameterSpec& spec : weights.specs()) {
    const bool isMatrix = spec.shape.size() == 2;
    if (as == WeightsAs::Streamed && isMatrix) continue;
    job.progress("reading " + progressText(spec, config.layers), done / total);
    if (as == WeightsAs::Stored && isMatrix)
      parameters.set(spec.name, weights.readMatrix(spec));
    else
      parameters.set(spec.name, weights.read(spec).to(places.of(spec)));
    done += static_cast<double>(weights.bytes(spec));
  }
  return parameters;
}

}  // namespace

std::unique_ptr<TensorFile> openTensorFile(const std::filesystem::path& path) {
  if (!std::filesystem::exists(path)) throw Error(path.string() + " does not exist.");
  if (std::filesystem::is_directory(path) || path.extension() == ".safetensors") {
    return std::make_unique<SafetensorsFile>(path);
  }
  if (isGgufFile(path)) return std::make_unique<GgufFile>(path);
  throw Error(path.string() + " is no model; a .gguf file, a .safetensors file or a folder is expected.");
}

ModelConfig readConfig(const std::filesystem::path& path) {
  if (isGgufFile(path)) return readConfigOf(GgufFile(path));
  if (!std::filesystem::exists(path)) throw Error(path.string() + " does not exist.");
  return readConfigOf(JsonFields::ofFile(configPath(path)));
}

std::shared_ptr<const Model> loadModel(const std::filesystem::path& path, const std::string& device, const Job& job) {
  return loadModel(path, LoadOptions{.device = device}, job);
}

std::shared_ptr<const Model> loadModel(const std::filesystem::path& path, const LoadOptions& options, const Job& job) {
  const std::vector<at::Device> devices = devicesNamed(options.device);
  const bool onCpu = std::ranges::all_of(devices, [](const at::Device& device) { return device.is_cpu(); });
  const std::shared_ptr<const TensorFile> file = openTensorFile(path);
  auto model = std::make_shared<Model>();
  ModelIdentity& identity = model->identity;
  identity.config = configOf(*file, path);
  identity.name = modelName(path);
  const WeightMap weights(*file, identity.config);
  identity.weightType = mainType(weights);
  identity.parameterCount = parametersOf(identity.config);
  const std::uint64_t budget = options.memoryBytes > 0 ? options.memoryBytes : usualWeightMemory();
  model->path = path;
  model->device = options.device;
  model->weights = chosen(options, weights, budget, onCpu);
  if (model->weights != WeightsAs::Float32 && !onCpu)
    throw Error("On " + options.device +
                " weights are held in float32; only the CPU can keep them as they are stored.");
  const Placement places(weights, identity.config,
                         onCpu && model->weights != WeightsAs::Float32 ? std::vector<at::Device>{at::kCPU} : devices);
  model->parameters = readParameters(weights, identity.config, model->weights, places, job.part(0, readingShare));
  const bool streamed = model->weights == WeightsAs::Streamed;
  if (streamed) model->parameters.streamFrom(std::make_shared<WeightStream>(file, identity.config, budget));

  std::vector<std::filesystem::path> described;
  if (!streamed) described = file->files();
  if (const auto* gguf = dynamic_cast<const GgufFile*>(file.get())) {
    identity.licence = gguf->string("general.license", "");
  } else {
    described.push_back(configPath(path));
  }
  identity.files = identify(described, job.part(readingShare, 1));
  if (streamed)
    for (const std::filesystem::path& own : file->files())
      identity.files.push_back({own.filename().string(), std::filesystem::file_size(own), {}});
  job.progress("model read", 1);
  return model;
}

}  // namespace sinkscope
