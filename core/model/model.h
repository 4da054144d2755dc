#pragma once

#include "core/job.h"
#include "core/model/config.h"
#include "core/model/parameters.h"
#include "core/model/tensor_file.h"
#include "core/model/weight_memory.h"

#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>
#include <vector>

namespace sinkscope {

struct FileIdentity {
  std::string name;  ///< file name without folders
  std::uint64_t bytes = 0;
  std::string sha256;  ///< lower-case hexadecimal
  bool operator==(const FileIdentity&) const = default;
};

/// Enough to say which weights a number came from. Stored in every run.
struct ModelIdentity {
  std::string name;        ///< what a person calls it: the file's own name or the folder's
  std::string weightType;  ///< stored type of most weights' bytes, e.g. "Q4_K"
  std::string licence;     ///< as the file names it, may be empty
  std::int64_t parameterCount = 0;
  ModelConfig config;
  std::vector<FileIdentity> files;
  bool operator==(const ModelIdentity&) const = default;
};

struct LoadOptions {
  std::string device = "cpu";  ///< or several, as `devicesNamed` takes them: each gets layers by its memory
  WeightsAs weights = WeightsAs::Fitting;
  std::uint64_t memoryBytes = 0;  ///< that weights may take; 0: `usualWeightMemory`
};

/// Weights with what describes them. Immutable once loaded.
struct Model {
  ModelIdentity identity;
  std::filesystem::path path;
  Parameters parameters;
  WeightsAs weights = WeightsAs::Float32;  ///< how they are held
  std::string device;                      ///< "cpu", "cuda", "cuda:0,cuda:1"

  const ModelConfig& config() const { return identity.config; }
  /// Where a pass begins.
  at::Device firstDevice() const { return parameters.deviceOf("embedding"); }
};

/// Opens the weights at `path`: a `.gguf` file, a `.safetensors` file or a folder in Hugging Face's layout
/// (config.json, model.safetensors or model.safetensors.index.json with its shards). Only the headers are read.
std::unique_ptr<TensorFile> openTensorFile(const std::filesystem::path& path);

/// Config of the model at `path` from GGUF metadata or config.json, and nothing else; throws `Error` for an
/// unknown family or a missing field.
ModelConfig readConfig(const std::filesystem::path& path);

/// Reads a model as the options say. A streamed one's file is not hashed, which would be one pass over it. Progress
/// names the tensor's layer. Throws `Error` with one sentence naming file, field and expectation for anything that does
/// not fit.
std::shared_ptr<const Model> loadModel(const std::filesystem::path& path, const LoadOptions& options, const Job& job);
std::shared_ptr<const Model> loadModel(const std::filesystem::path& path, const std::string& device, const Job& job);

}  // namespace sinkscope
