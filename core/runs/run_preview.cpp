#include "core/runs/run_preview.h"

#include "core/error.h"
#include "core/runs/run_data.h"

#include <algorithm>
#include <limits>

namespace sinkscope {
namespace {

constexpr std::uint64_t kMostText = 64 << 10;  ///< bytes
constexpr std::size_t kMostFields = 64;        ///< columns of a table of rows

/// The query moved to where the dataset is; and which elements that are.
RunSelection selectionOf(RunPreview& preview) {
  RunPreviewQuery& query = preview.query;
  const std::vector<std::uint64_t>& shape = preview.shape;
  const std::size_t axes = shape.size(), leading = axes > 2 ? axes - 2 : 0;
  preview.rows = axes == 0 ? 1 : shape[axes > 1 ? axes - 2 : 0];
  preview.columns = axes > 1 ? shape[axes - 1] : 1;
  query.leading.resize(leading, 0);
  RunSelection part;
  for (std::size_t axis = 0; axis < leading; ++axis) {
    query.leading[axis] = std::min(query.leading[axis], shape[axis] == 0 ? 0 : shape[axis] - 1);
    part.begin.push_back(query.leading[axis]);
    part.count.push_back(std::min<std::uint64_t>(1, shape[axis]));
  }
  const auto clamp = [](std::uint64_t& begin, std::uint64_t& count, std::uint64_t all, std::uint64_t most) {
    begin = std::min(begin, all == 0 ? 0 : all - 1);
    count = std::min({std::max<std::uint64_t>(count, 1), all - begin, most});
  };
  clamp(query.row, query.rows, preview.rows, RunPreviewQuery::kMostCells);
  clamp(query.column, query.columns, preview.columns,
        RunPreviewQuery::kMostCells / std::max<std::uint64_t>(1, query.rows));
  if (axes > 0) {
    part.begin.push_back(query.row);
    part.count.push_back(query.rows);
  }
  if (axes > 1) {
    part.begin.push_back(query.column);
    part.count.push_back(query.columns);
  }
  return part;
}

void takeCells(const RunTable& table, RunPreview& preview) {
  constexpr double kNone = std::numeric_limits<double>::quiet_NaN();
  const std::size_t fields = std::min(table.columns.size(), kMostFields);
  const bool isRows = preview.shape.size() < 2;  // one element a row, one field a column
  const auto rows = static_cast<std::size_t>(preview.query.rows);
  const std::size_t columns = isRows ? fields : static_cast<std::size_t>(preview.query.columns);
  preview.numbers = Array<double, 2>({rows, columns}, kNone);
  const bool hasTexts = std::any_of(table.columns.begin(), table.columns.begin() + static_cast<std::ptrdiff_t>(fields),
                                    [](const RunTable::Column& column) { return !column.texts.empty(); });
  if (hasTexts) preview.texts.assign(rows, std::vector<std::string>(columns));
  for (std::size_t row = 0; row < rows; ++row)
    for (std::size_t column = 0; column < columns; ++column) {
      const RunTable::Column& field = table.columns[isRows ? column : 0];
      const std::size_t element = isRows ? row : row * columns + column;
      if (element < field.numbers.size()) preview.numbers(row, column) = field.numbers[element];
      if (element < field.texts.size()) preview.texts[row][column] = field.texts[element].substr(0, kMostText);
    }
  if (!isRows) return;
  preview.columns = fields;
  preview.query.column = 0;
  preview.query.columns = fields;
  for (std::size_t field = 0; field < fields && !table.columns.front().name.empty(); ++field)
    preview.fields.push_back(table.columns[field].name);
}

}  // namespace

RunPreview previewRun(const std::filesystem::path& path, const RunPreviewQuery& query) {
  const RunData data(path);
  const auto found = std::ranges::find_if(
      data.entries(), [&](const RunEntry& entry) { return entry.path == query.dataset && entry.kind == "dataset"; });
  if (found == data.entries().end()) throw Error(path.string() + ": has no dataset " + query.dataset + ".");
  RunPreview preview;
  preview.query = query;
  preview.shape = found->shape;
  preview.axes = found->axes;
  const RunSelection part = selectionOf(preview);
  if (RunData::isText(*found)) {
    const RunTable bytes = data.table(*found, {{0}, {std::min(kMostText, found->shape.front())}});
    for (const double byte : bytes.columns.front().numbers) preview.text += static_cast<char>(static_cast<int>(byte));
    return preview;
  }
  const RunTable table = data.table(*found, part);
  const std::size_t axes = table.first.size();
  if (axes > 0) preview.firstRow = table.first[axes > 1 ? axes - 2 : 0];
  if (axes > 1) preview.firstColumn = table.first[axes - 1];
  takeCells(table, preview);
  return preview;
}

}  // namespace sinkscope
