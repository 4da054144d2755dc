#pragma once

#include "core/array.h"

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

namespace sinkscope {

/// Which part of a dataset is looked at: a table over its last two axes, or its only one.
struct RunPreviewQuery {
  static constexpr std::uint64_t kMostCells = 1 << 18;

  std::string dataset = {};                 ///< "/prompts/0/share"
  std::vector<std::uint64_t> leading = {};  ///< positions on the axes before the last two; what is missing is 0
  std::uint64_t row = 0, column = 0;        ///< where the part begins
  std::uint64_t rows = 64, columns = 64;

  bool operator==(const RunPreviewQuery&) const = default;
};

/// A part of a dataset.
struct RunPreview {
  RunPreviewQuery query;                        ///< as it could be answered: within the dataset
  std::uint64_t rows = 0, columns = 0;          ///< of the whole table
  std::vector<std::uint64_t> shape;             ///< of the dataset
  std::vector<std::string> axes;                ///< as many, or none
  std::int64_t firstRow = 0, firstColumn = 0;   ///< positions of the part's first row and column
  std::vector<std::string> fields;              ///< names of the columns, of a table of rows; else empty
  Array<double, 2> numbers;                     ///< [row, column] of the part; NaN where a cell is a text
  std::vector<std::vector<std::string>> texts;  ///< [row][column]; empty where all cells are numbers
  std::string text;                             ///< where the dataset is bytes of one text: its beginning
};

/// Throws `Error` where the run has no such dataset or it cannot be read.
RunPreview previewRun(const std::filesystem::path& path, const RunPreviewQuery& query);

}  // namespace sinkscope
