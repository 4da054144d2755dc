#pragma once

// Private to `findModels`: how models lie in a folder.

#include "core/model/model_folders.h"

namespace sinkscope {

/// Whether there is a file behind the path, or behind the link; false where that cannot be known.
bool isFile(const std::filesystem::path& path);
bool isFolder(const std::filesystem::path& path);
/// The entries of a folder by name; throws `Error` where it may not be read.
std::vector<std::filesystem::path> entriesOf(const std::filesystem::path& folder);

/// "name/entry", or the entry's own name where there is none.
std::string below(const std::string& name, const std::filesystem::path& entry);

/// The models whose files lie directly in a folder: .gguf files (the parts of one are one), a model in Hugging Face's
/// layout, .safetensors files. A folder's model is called `name`, a file's `name/file`.
std::vector<FoundModel> modelsDirectlyIn(const std::filesystem::path& folder, const std::string& name);

/// Whether the folder is one of the Hugging Face cache: `models--org--name` with `snapshots`, `refs` and `blobs`.
bool isHubFolder(const std::filesystem::path& folder);
/// "org/name"
std::string hubName(const std::filesystem::path& folder);
/// The models of the snapshot that `refs/main` names, or where nothing in it can be opened, of the newest one that has
/// something.
std::vector<FoundModel> modelsOfHubFolder(const std::filesystem::path& folder);

/// Whether the folder is laid out as Ollama does it: `manifests` and `blobs`.
bool isOllamaFolder(const std::filesystem::path& folder);
std::vector<FoundModel> modelsOfOllamaFolder(const std::filesystem::path& folder, const Job& job);

}  // namespace sinkscope
