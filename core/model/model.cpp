#include "core/model/model.h"

#include "core/error.h"
#include "core/model/family.h"
#include "core/model/file_hash.h"
#include "core/model/gguf.h"
#include "core/model/json_fields.h"
#include "core/model/model_folders.h"
#include "core/model/safetensors.h"
#include "core/model/weight_map.h"
#include "core/model/weight_names.h"
#include "core/model/weight_stream.h"

#include <ATen/Context.h>
#include <ATen/core/Tensor.h>

#include <algorithm>
#include <map>

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

at::Device deviceNamed(const std::string& name) {
  if (name == "cpu") return at::kCPU;
  if (name == "cuda" && at::globalContext().hasCUDA()) return at::kCUDA;
  if (name == "cuda") throw Error("There is no CUDA device, or this libtorch was built without CUDA; use the CPU.");
  throw Error("'" + name + "' is no device; 'cpu' or 'cuda' is expected.");
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

Parameters readParameters(const WeightMap& weights, const ModelConfig& config, WeightsAs as, const at::Device& device,
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
      parameters.set(spec.name, weights.read(spec).to(device));
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
  const at::Device target = deviceNamed(options.device);
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
  model->weights = chosen(options, weights, budget, target.is_cpu());
  if (model->weights != WeightsAs::Float32 && !target.is_cpu())
    throw Error("On " + options.device +
                " weights are held in float32; only the CPU can keep them as they are stored.");
  model->parameters = readParameters(weights, identity.config, model->weights, target, job.part(0, readingShare));
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
