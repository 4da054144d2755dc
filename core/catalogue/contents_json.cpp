#include "core/catalogue/contents_json.h"

#include "core/catalogue/json_number.h"

namespace sinkscope {
namespace {

using nlohmann::json;

constexpr std::size_t kMostText = 4096;  ///< of an attribute; a model's whole config is shorter

}  // namespace

json toJson(const std::vector<RunNode>& tree) {
  json nodes = json::array();
  for (const RunNode& node : tree) {
    json attributes = json::array();
    for (const auto& [name, value] : node.entry.attributes)
      attributes.push_back({name.substr(0, kMostText), value.substr(0, kMostText)});
    nodes.push_back({{"path", node.entry.path},
                     {"kind", node.entry.kind},
                     {"type", node.entry.type},
                     {"shape", node.entry.shape},
                     {"axes", node.entry.axes},
                     {"attributes", attributes},
                     {"bytes", node.bytes},
                     {"storage", node.storage}});
  }
  return nodes;
}

std::vector<RunNode> treeFromJson(const json& json) {
  std::vector<RunNode> tree;
  for (const auto& read : json) {
    RunNode node{{read.at("path"), read.at("kind"), read.at("type"), read.at("shape"), read.at("axes"), {}},
                 read.at("bytes"),
                 read.at("storage")};
    for (const auto& attribute : read.at("attributes"))
      node.entry.attributes.emplace_back(attribute.at(0), attribute.at(1));
    tree.push_back(std::move(node));
  }
  return tree;
}

json toJson(const RunPreviewQuery& query) {
  return {{"dataset", query.dataset}, {"leading", query.leading}, {"row", query.row},
          {"column", query.column},   {"rows", query.rows},       {"columns", query.columns}};
}

RunPreviewQuery queryFromJson(const json& json) {
  return {json.at("dataset"), json.at("leading"), json.at("row"),
          json.at("column"),  json.at("rows"),    json.at("columns")};
}

json toJson(const RunPreview& preview) {
  json numbers = json::array();
  for (const double value : preview.numbers.values()) numbers.push_back(toJsonNumber(value));
  return {{"query", toJson(preview.query)},
          {"rows", preview.rows},
          {"columns", preview.columns},
          {"shape", preview.shape},
          {"axes", preview.axes},
          {"firstRow", preview.firstRow},
          {"firstColumn", preview.firstColumn},
          {"fields", preview.fields},
          {"partRows", preview.numbers.extent(0)},
          {"numbers", numbers},
          {"texts", preview.texts},
          {"text", preview.text}};
}

RunPreview previewFromJson(const json& json) {
  RunPreview preview;
  preview.query = queryFromJson(json.at("query"));
  preview.rows = json.at("rows");
  preview.columns = json.at("columns");
  preview.shape = json.at("shape").get<std::vector<std::uint64_t>>();
  preview.axes = json.at("axes").get<std::vector<std::string>>();
  preview.firstRow = json.at("firstRow");
  preview.firstColumn = json.at("firstColumn");
  preview.fields = json.at("fields").get<std::vector<std::string>>();
  preview.texts = json.at("texts").get<std::vector<std::vector<std::string>>>();
  preview.text = json.at("text");
  const std::size_t rows = json.at("partRows"), cells = json.at("numbers").size();
  if (rows == 0 || cells == 0) return preview;
  preview.numbers = Array<double, 2>({rows, cells / rows});
  for (std::size_t i = 0; i < preview.numbers.size(); ++i)
    preview.numbers.data()[i] = fromJsonNumber(json.at("numbers").at(i));
  for (const auto& row : preview.texts)
    if (preview.texts.size() != rows || row.size() != cells / rows) throw std::runtime_error("texts of another shape");
  return preview;
}

}  // namespace sinkscope
