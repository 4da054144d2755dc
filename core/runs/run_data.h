#pragma once

#include "core/runs/run_file.h"

#include <filesystem>
#include <memory>
#include <string>
#include <vector>

namespace sinkscope {

/// A dataset of a run as a table, whatever its type: an element a row, a field of it a column.
struct RunTable {
  struct Column {
    std::string name;                ///< of a field; empty where elements are single values
    bool isSingle = false;           ///< float32 in the file
    std::vector<double> numbers;     ///< [element]; integers too
    std::vector<std::string> texts;  ///< [element], instead of numbers
  };
  std::string path;  ///< "/prompts/0/share"
  std::vector<std::uint64_t> shape;
  std::vector<std::string> axes;    ///< as many, or none where they have no names
  std::vector<std::int64_t> first;  ///< position with which each axis begins
  std::vector<Column> columns;

  std::size_t elements() const;
};

/// A part of a dataset: so many from there on, along each axis.
struct RunSelection {
  std::vector<std::uint64_t> begin, count;
};

/// All that is in a run file, by name.
class RunData {
 public:
  /// Throws `Error` for what is no run.
  explicit RunData(const std::filesystem::path& path);
  ~RunData();

  const std::vector<RunEntry>& entries() const { return entries_; }
  /// Datasets that hold something: not the axes' own.
  std::vector<RunEntry> datasets() const;
  /// Bytes of a text, which is no table: one axis of uint8.
  static bool isText(const RunEntry& dataset);
  RunTable table(const RunEntry& dataset) const;
  /// The same of a part of it, which must lie within.
  RunTable table(const RunEntry& dataset, const RunSelection& part) const;
  std::string text(const RunEntry& dataset) const;

 private:
  struct Open;
  std::vector<RunEntry> entries_;
  std::unique_ptr<Open> open_;
};

}  // namespace sinkscope
