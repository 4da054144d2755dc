#include "app/commands/runs_contents.h"

#include "app/commands/json_values.h"
#include "app/commands/table_text.h"
#include "core/byte_text.h"
#include "core/shape.h"

#include <algorithm>
#include <ostream>

namespace sinkscope {
namespace {

using nlohmann::json;

constexpr std::size_t kWidest = 60;  // characters of an attribute's value

std::string shortened(std::string text) {
  text = text.substr(0, text.find_first_of("\r\n"));
  if (charactersIn(text) <= kWidest) return text;
  while (charactersIn(text) >= kWidest) {
    while ((static_cast<unsigned char>(text.back()) & 0xC0) == 0x80) text.pop_back();
    text.pop_back();
  }
  return text + "…";
}

std::string cellOf(const RunPreview& preview, std::size_t row, std::size_t column) {
  if (!preview.texts.empty() && !preview.texts[row][column].empty()) return shortened(preview.texts[row][column]);
  return number(preview.numbers(row, column));
}

}  // namespace

void printTree(std::ostream& out, const std::vector<RunNode>& tree) {
  for (const RunNode& node : tree) {
    const RunEntry& entry = node.entry;
    const std::string& path = entry.path;
    const auto depth = path == "/" ? 0 : static_cast<std::size_t>(std::ranges::count(path, '/'));
    const std::string indent(2 * depth, ' ');
    out << indent << (path == "/" ? path : path.substr(path.rfind('/') + 1));
    if (entry.kind == "group") {
      out << (path == "/" ? "" : "/");
    } else {
      out << "  " << entry.type << "  " << shapeText(entry.shape);
      if (!entry.axes.empty()) {
        out << " (";
        for (std::size_t i = 0; i < entry.axes.size(); ++i) out << (i > 0 ? ", " : "") << entry.axes[i];
        out << ')';
      }
      out << "  " << bytesText(node.bytes) << ", " << node.storage;
    }
    out << '\n';
    for (const auto& [name, value] : entry.attributes)
      out << indent << "  @" << name << " = " << shortened(value) << '\n';
  }
}

void printPreview(std::ostream& out, const RunPreview& preview) {
  out << preview.query.dataset << "  " << shapeText(preview.shape) << '\n';
  if (!preview.text.empty()) {
    out << '\n' << preview.text << '\n';
    return;
  }
  const std::size_t rows = preview.numbers.extent(0), columns = preview.numbers.extent(1);
  for (std::size_t axis = 0; axis < preview.query.leading.size(); ++axis)
    out << (axis < preview.axes.size() ? preview.axes[axis] : "axis " + std::to_string(axis)) << ' '
        << preview.query.leading[axis] << '\n';
  out << "rows " << preview.query.row << " to " << preview.query.row + rows << " of " << preview.rows << ", columns "
      << preview.query.column << " to " << preview.query.column + columns << " of " << preview.columns << "\n\n";
  std::vector<std::vector<std::string>> cells(rows + 1, std::vector<std::string>(columns + 1));
  std::vector<std::size_t> widths(columns + 1, 0);
  for (std::size_t column = 0; column < columns; ++column)
    cells[0][column + 1] = column < preview.fields.size()
                               ? preview.fields[column]
                               : std::to_string(preview.firstColumn + static_cast<std::int64_t>(column));
  for (std::size_t row = 0; row < rows; ++row) {
    cells[row + 1][0] = std::to_string(preview.firstRow + static_cast<std::int64_t>(row));
    for (std::size_t column = 0; column < columns; ++column) cells[row + 1][column + 1] = cellOf(preview, row, column);
  }
  for (const auto& line : cells)
    for (std::size_t column = 0; column <= columns; ++column)
      widths[column] = std::max(widths[column], charactersIn(line[column]));
  for (const auto& line : cells) {
    for (std::size_t column = 0; column <= columns; ++column)
      out << padded(line[column], widths[column]) << (column < columns ? "  " : "\n");
  }
}

json jsonOf(const std::vector<RunNode>& tree) {
  json report{{"entries", json::array()}};
  for (const RunNode& node : tree) {
    json attributes = json::object();
    for (const auto& [name, value] : node.entry.attributes) attributes[name] = value;
    json entry{{"path", node.entry.path}, {"kind", node.entry.kind}, {"attributes", attributes}};
    if (node.entry.kind == "dataset") {
      entry["type"] = node.entry.type;
      entry["shape"] = node.entry.shape;
      entry["axes"] = node.entry.axes;
      entry["bytes"] = node.bytes;
      entry["storage"] = node.storage;
    }
    report["entries"].push_back(std::move(entry));
  }
  return report;
}

json jsonOf(const RunPreview& preview) {
  json report{{"dataset", preview.query.dataset}, {"shape", preview.shape}, {"axes", preview.axes}};
  if (!preview.text.empty()) {
    report["text"] = preview.text;
    return report;
  }
  report["leading"] = preview.query.leading;
  report["row"] = preview.query.row;
  report["column"] = preview.query.column;
  report["rows"] = preview.rows;
  report["columns"] = preview.columns;
  report["fields"] = preview.fields;
  report["cells"] = jsonArray(preview.numbers);
  for (std::size_t row = 0; row < preview.texts.size(); ++row)
    for (std::size_t column = 0; column < preview.texts[row].size(); ++column)
      if (std::isnan(preview.numbers(row, column))) report["cells"][row][column] = preview.texts[row][column];
  return report;
}

}  // namespace sinkscope
