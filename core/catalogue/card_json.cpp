#include "core/catalogue/card_json.h"

#include "core/catalogue/json_number.h"

#include <string>
#include <vector>

namespace sinkscope {
namespace {

using nlohmann::json;

}  // namespace

json toJson(const RunCard& card) {
  const RunSummary& summary = card.summary;
  return {{"kind", card.kind},
          {"created", card.created},
          {"seconds", toJsonNumber(card.seconds)},
          {"name", card.labels.name},
          {"tags", card.labels.tags},
          {"note", card.labels.note},
          {"model", summary.model},
          {"prompts", summary.prompts},
          {"text", summary.text},
          {"bos", summary.bos},
          {"tokens", summary.tokens},
          {"sinkRate", toJsonNumber(summary.sinkRate)},
          {"loss", toJsonNumber(summary.loss)},
          {"pictureRows", summary.picture.extent(0)},
          {"picture", std::vector<std::uint8_t>(summary.picture.values().begin(), summary.picture.values().end())}};
}

RunCard cardFromJson(const json& json) {
  RunCard card{json.at("kind"),
               json.at("created"),
               fromJsonNumber(json.at("seconds")),
               {json.at("name"), json.at("tags"), json.at("note")},
               {}};
  RunSummary& summary = card.summary;
  summary.model = json.at("model");
  summary.prompts = json.at("prompts");
  summary.text = json.at("text");
  summary.bos = json.at("bos");
  summary.tokens = json.at("tokens");
  summary.sinkRate = fromJsonNumber(json.at("sinkRate"));
  summary.loss = fromJsonNumber(json.at("loss"));
  const std::size_t rows = json.at("pictureRows");
  const std::vector<std::uint8_t> cells = json.at("picture");
  if (rows == 0 || rows > cells.size()) return card;
  summary.picture = Array<std::uint8_t, 2>({rows, cells.size() / rows});
  std::copy_n(cells.begin(), summary.picture.size(), summary.picture.data());
  return card;
}

}  // namespace sinkscope
