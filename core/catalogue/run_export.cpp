#include "core/catalogue/run_export.h"

#include "core/error.h"
#include "core/runs/document_file.h"
#include "core/runs/run_data.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <string>

namespace sinkscope {
namespace {

std::string numberText(double value, bool isSingle) {
  if (std::isnan(value)) return "nan";
  std::array<char, 40> text;
  const auto end = isSingle ? std::to_chars(text.data(), text.data() + text.size(), static_cast<float>(value)).ptr
                            : std::to_chars(text.data(), text.data() + text.size(), value).ptr;
  return {text.data(), end};
}

/// As RFC 4180 says.
std::string cell(const std::string& text) {
  if (text.find_first_of(",\"\r\n") == std::string::npos) return text;
  std::string quoted = "\"";
  for (const char c : text) quoted.append(c == '"' ? 2 : 1, c);
  return quoted + '"';
}

std::string csvOf(const RunTable& table, const Job& job) {
  std::string csv;
  for (std::size_t axis = 0; axis < table.shape.size(); ++axis)
    csv.append(axis < table.axes.size() ? cell(table.axes[axis]) : "axis_" + std::to_string(axis)).push_back(',');
  for (std::size_t i = 0; i < table.columns.size(); ++i) {
    const std::string& name = table.columns[i].name;
    csv.append(i > 0 ? "," : "").append(name.empty() ? "value" : cell(name));
  }
  csv += '\n';
  std::vector<std::uint64_t> place(table.shape.size(), 0);
  for (std::size_t element = 0; element < table.elements(); ++element) {
    if (element % 65536 == 0) job.check();
    for (std::size_t axis = 0; axis < place.size(); ++axis)
      csv.append(std::to_string(table.first[axis] + static_cast<std::int64_t>(place[axis]))).push_back(',');
    for (std::size_t i = 0; i < table.columns.size(); ++i) {
      const RunTable::Column& column = table.columns[i];
      csv.append(i > 0 ? "," : "");
      csv.append(column.numbers.empty() ? cell(column.texts[element])
                                        : numberText(column.numbers[element], column.isSingle));
    }
    csv += '\n';
    for (std::size_t axis = place.size(); axis-- > 0 && ++place[axis] == table.shape[axis];) place[axis] = 0;
  }
  return csv;
}

std::string attributesOf(const RunData& data) {
  std::string csv = "path,name,value\n";
  for (const RunEntry& entry : data.entries())
    for (const auto& [name, value] : entry.attributes)
      csv.append(cell(entry.path)).append(",").append(cell(name)).append(",").append(cell(value)).push_back('\n');
  return csv;
}

}  // namespace

std::vector<std::filesystem::path> exportRun(const std::filesystem::path& run, const std::filesystem::path& folder,
                                             const Job& job) {
  const RunData data(run);
  std::error_code error;
  std::filesystem::create_directories(folder, error);
  if (error) throw Error(folder.string() + ": cannot be made: " + error.message() + ".");
  std::vector<std::filesystem::path> files;
  const auto write = [&](const std::string& name, const std::string& text) {
    files.push_back(folder / name);
    writeDocument(files.back(), text);
  };
  write("attributes.csv", attributesOf(data));
  const std::vector<RunEntry> datasets = data.datasets();
  for (const RunEntry& dataset : datasets) {
    job.progress("writing " + dataset.path,
                 static_cast<double>(files.size()) / static_cast<double>(datasets.size() + 1));
    std::string name = dataset.path.substr(1);
    std::ranges::replace(name, '/', '.');
    if (RunData::isText(dataset))
      write(name + ".txt", data.text(dataset));
    else
      write(name + ".csv", csvOf(data.table(dataset), job));
  }
  return files;
}

}  // namespace sinkscope
