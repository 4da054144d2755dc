#pragma once

#include "core/analysis/explore.h"

#include <filesystem>
#include <memory>
#include <string>
#include <vector>

namespace sinkscope {

/// Version of the layout in docs/run_format.md; readers refuse a newer major version with a sentence.
inline constexpr int kRunSchemaMajor = 1;
inline constexpr int kRunSchemaMinor = 2;

/// View state that belongs to the picture, so that a page comes back as it was.
struct RunView {
  double epsilon = 0.3;
  bool includeQuery0 = true;
  int layer = 0, head = 0;
  std::string json;  ///< anything else a page wants back (sorting, colour map, ...); "{}" when nothing
};

/// Writes everything that is needed to redraw the page without the model. With `keepAttention`, q, k and lse of every
/// trace in `exploration` go in too, chunked and compressed. Written under a temporary name in the same folder, synced,
/// then renamed: an old file of that name is whole until the new one is. Throws `Error`.
void saveRun(const std::filesystem::path& path, const Exploration& exploration, const RunView& view, bool keepAttention,
             const Job& job = {});

/// A run opened from its file alone. Attention is read a head at a time.
class RunFile {
 public:
  /// Opens and checks `path`; throws `Error` saying what is wrong with it.
  static std::unique_ptr<RunFile> open(const std::filesystem::path& path);
  virtual ~RunFile() = default;

  virtual std::shared_ptr<const ExploreResult> result() const = 0;
  virtual const RunView& view() const = 0;
  virtual bool hasAttention(std::size_t prompt) const = 0;
  virtual HeadAttention head(std::size_t prompt, std::int64_t layer, std::int64_t head) const = 0;
};

/// One line of what is in a run file: a group or a dataset.
struct RunEntry {
  std::string path;  ///< "/prompts/0/shares"
  std::string kind;  ///< "group", "dataset"
  std::string type;  ///< "float32", "string", ...
  std::vector<std::uint64_t> shape;
  std::vector<std::string> axes;
  std::vector<std::pair<std::string, std::string>> attributes;
};
std::vector<RunEntry> listRun(const std::filesystem::path& path);

}  // namespace sinkscope
