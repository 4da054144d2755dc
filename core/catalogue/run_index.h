#pragma once

// Private to core/catalogue: the index in its SQLite file.

#include "core/catalogue/catalogue.h"
#include "core/catalogue/sqlite.h"

#include <cstdint>
#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace sinkscope {

/// What says whether a file is still the one that was read.
struct FileStamp {
  std::uint64_t size = 0;
  std::int64_t modified = 0;  ///< nanoseconds since 1970
  bool operator==(const FileStamp&) const = default;
};
/// Nothing where there is no file.
std::optional<FileStamp> stampOf(const std::filesystem::path& path);

/// All it holds can be made again from the files: one that cannot be used, or is of another version, is made anew.
class RunIndex {
 public:
  explicit RunIndex(const std::filesystem::path& file);

  /// The files below a folder, by path.
  std::map<std::string, FileStamp> files(const std::string& folder) const;
  /// Puts a run in the place of what is known of its path: a card, or the sentence why there is none.
  void put(const std::string& path, const FileStamp& stamp, const std::optional<RunCard>& card,
           const std::string& problem);
  void remove(const std::string& path);

  std::vector<RunRow> runs(const std::vector<std::string>& folders, const RunQuery& query) const;
  std::size_t count(const std::vector<std::string>& folders) const;
  std::optional<RunCard> card(const std::string& path) const;
  std::vector<std::pair<std::string, std::int64_t>> values(const std::vector<std::string>& folders,
                                                           RunColumn column) const;

  const sqlite::Database& database() const { return *database_; }

 private:
  std::optional<sqlite::Database> database_;
};

}  // namespace sinkscope
