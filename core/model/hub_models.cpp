#include "core/error.h"
#include "core/model/json_fields.h"
#include "core/model/model_layouts.h"

#include <algorithm>
#include <fstream>

// The cache of huggingface_hub: every repository a folder, every revision a snapshot of links to blobs.

namespace sinkscope {
namespace {

namespace fs = std::filesystem;

/// Folders in a snapshot that may hold quantisations of the model.
constexpr int kDepth = 2;

/// What `refs/main` names, first; then the others, newest first.
std::vector<fs::path> snapshotsOf(const fs::path& folder) {
  if (!isFolder(folder / "snapshots")) return {};
  std::vector<fs::path> snapshots = entriesOf(folder / "snapshots");
  std::erase_if(snapshots, [](const fs::path& path) { return !isFolder(path); });
  const auto changed = [](const fs::path& path) {
    std::error_code ignored;
    return fs::last_write_time(path, ignored);
  };
  std::ranges::stable_sort(snapshots, std::ranges::greater(), changed);
  std::string main;
  std::ifstream(folder / "refs" / "main") >> main;
  std::ranges::stable_partition(snapshots, [&](const fs::path& path) { return path.filename() == main; });
  return snapshots;
}

void collect(const fs::path& folder, const std::string& name, int depth, std::vector<FoundModel>& models) {
  std::ranges::move(modelsDirectlyIn(folder, name), std::back_inserter(models));
  if (depth == 0) return;
  for (const fs::path& entry : entriesOf(folder)) {
    if (isFolder(entry)) collect(entry, below(name, entry), depth - 1, models);
  }
}

bool mayBeOpened(const FoundModel& model) {
  return model.problem.empty();
}

bool hasUnfinishedBlobs(const fs::path& folder) {
  if (!isFolder(folder / "blobs")) return false;
  return std::ranges::any_of(entriesOf(folder / "blobs"),
                             [](const fs::path& blob) { return blob.extension() == ".incomplete"; });
}

}  // namespace

bool isHubFolder(const fs::path& folder) {
  return folder.filename().string().starts_with("models--") &&
         (isFolder(folder / "snapshots") || isFolder(folder / "blobs"));
}

std::string hubName(const fs::path& folder) {
  const std::string own = folder.filename().string();
  std::string name;
  for (std::size_t i = std::string_view("models--").size(); i < own.size(); ++i) {
    const bool divides = own.compare(i, 2, "--") == 0;
    name += divides ? '/' : own[i];
    i += divides ? 1 : 0;
  }
  return name;
}

std::vector<FoundModel> modelsOfHubFolder(const fs::path& folder) {
  const std::string name = hubName(folder);
  const std::vector<fs::path> snapshots = snapshotsOf(folder);
  std::vector<FoundModel> models;
  for (const fs::path& snapshot : snapshots) {
    std::vector<FoundModel> inSnapshot;
    collect(snapshot, name, kDepth, inSnapshot);
    const bool better = std::ranges::any_of(inSnapshot, mayBeOpened);
    if (better || models.empty()) models = std::move(inSnapshot);
    if (better) break;
  }
  // The one file of a repository is what people mean by its name.
  if (models.size() == 1) models.front().name = name;
  const bool unfinished = hasUnfinishedBlobs(folder);
  if (models.empty()) {
    models.emplace_back();
    models.front().name = name;
    models.front().path = snapshots.empty() ? folder : snapshots.front();
    models.front().problem = unfinished ? "None of its weights are there yet." : "Its weights were not downloaded.";
    models.front().incomplete = true;
  }
  for (FoundModel& model : models) {
    if (!model.incomplete) continue;
    model.problem.append(unfinished ? " The download did not end; 'hf download " : " 'hf download ");
    model.problem.append(name).append("' fetches what is missing.");
  }
  return models;
}

}  // namespace sinkscope
