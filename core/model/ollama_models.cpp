#include "core/error.h"
#include "core/model/json_fields.h"
#include "core/model/model_layouts.h"

#include <algorithm>

// Ollama's folder: a manifest for every tag of a model, whose layers are blobs named by their sha256.

namespace sinkscope {
namespace {

namespace fs = std::filesystem;

/// manifests/HOST/NAMESPACE/MODEL/TAG, and some room for longer names.
constexpr int kDepth = 7;

struct Layer {
  std::string kind;  ///< behind "application/vnd.ollama.image."
  std::string digest;
  std::uint64_t bytes = 0;
};

std::vector<Layer> layersOf(const fs::path& manifest) {
  const JsonFields fields = JsonFields::ofFile(manifest);
  if (!fields.has("layers") || !fields.json()["layers"].is_array())
    fields.failBecause("layers", "is no array, as is expected of a manifest of Ollama's");
  std::vector<Layer> layers;
  for (const nlohmann::json& entry : fields.json()["layers"]) {
    const JsonFields layer(entry.is_object() ? entry : nlohmann::json::object(), fields.source() + ", layers");
    const std::string type = layer.string("mediaType");
    layers.push_back({type.substr(type.rfind('.') + 1), layer.string("digest"),
                      static_cast<std::uint64_t>(std::max<std::int64_t>(0, layer.integer("size", 0)))});
  }
  return layers;
}

/// The blob of "sha256:..."; throws `Error` for anything else, which might name a file elsewhere.
fs::path blobOf(const fs::path& folder, const std::string& digest, const std::string& manifest) {
  constexpr std::string_view kind = "sha256:";
  const bool isHash = digest.starts_with(kind) && digest.size() == kind.size() + 64 &&
                      digest.find_first_not_of("0123456789abcdef", kind.size()) == std::string::npos;
  if (!isHash)
    throw Error(manifest + ": the field 'digest' is '" + digest +
                "', but sha256: and 64 hexadecimal digits are expected.");
  return folder / "blobs" / ("sha256-" + digest.substr(kind.size()));
}

/// "name:tag", with the namespace and host where they are not Ollama's own.
std::string nameOf(const fs::path& manifest, const fs::path& manifests) {
  const fs::path relative = manifest.lexically_relative(manifests);
  std::string name;
  for (const fs::path& part : relative.parent_path()) {
    const bool usual = name.empty() && (part == "registry.ollama.ai" || part == "library");
    if (!usual) name = below(name, part);
  }
  return name.append(":").append(relative.filename().string());
}

void describe(FoundModel& model, const fs::path& folder, const fs::path& manifest) {
  const std::vector<Layer> layers = layersOf(manifest);
  const auto ofKind = [&](const char* kind) { return std::ranges::find(layers, kind, &Layer::kind); };
  const auto weights = ofKind("model");
  if (weights == layers.end()) {
    model.problem = ofKind("tensor") != layers.end() ? "Its weights are in Ollama's own format, not in a GGUF file."
                                                     : "Its manifest names no weights on this machine.";
    return;
  }
  model.path = blobOf(folder, weights->digest, manifest.filename().string());
  model.bytes = weights->bytes;
  if (ofKind("adapter") != layers.end()) {
    model.problem = "It is a model with an adapter, which is not read.";
  } else if (!isFile(model.path)) {
    model.problem = "Its weights are not all there; 'ollama pull " + model.name + "' fetches them.";
    model.incomplete = true;
  }
}

template <typename Visit>
void eachManifest(const fs::path& folder, int depth, const Job& job, const Visit& visit) {
  job.check();
  for (const fs::path& entry : entriesOf(folder)) {
    if (entry.filename().string().starts_with('.')) continue;
    if (isFile(entry)) visit(entry);
    if (isFolder(entry) && depth > 0) eachManifest(entry, depth - 1, job, visit);
  }
}

}  // namespace

bool isOllamaFolder(const fs::path& folder) {
  return isFolder(folder / "manifests") && isFolder(folder / "blobs");
}

std::vector<FoundModel> modelsOfOllamaFolder(const fs::path& folder, const Job& job) {
  std::vector<FoundModel> models;
  const fs::path manifests = folder / "manifests";
  eachManifest(manifests, kDepth, job, [&](const fs::path& manifest) {
    FoundModel model;
    model.name = nameOf(manifest, manifests);
    model.path = manifest;
    try {
      describe(model, folder, manifest);
    } catch (const Error& error) {
      model.problem = error.what();
    }
    models.push_back(std::move(model));
  });
  return models;
}

}  // namespace sinkscope
