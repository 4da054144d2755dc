#include "core/train/variation.h"

#include "core/error.h"

#include <nlohmann/json.hpp>

namespace sinkscope {
namespace {

using Json = nlohmann::ordered_json;

std::vector<std::string> split(const std::string& text, char at) {
  std::vector<std::string> parts(1);
  for (const char c : text) {
    if (c == at)
      parts.emplace_back();
    else
      parts.back() += c;
  }
  return parts;
}

/// Sets "optimizer.weight_decay" to what the value reads as in JSON, a word to a text.
void set(Json& recipe, const std::string& field, const std::string& value, const std::string& variation) {
  Json* at = &recipe;
  for (const std::string& name : split(field, '.')) {
    if (!at->is_object() || !at->contains(name))
      throw Error("The variation '" + variation + "' names the field '" + field + "', which no recipe has.");
    at = &(*at)[name];
  }
  const Json parsed = Json::parse(value, nullptr, false);
  *at = parsed.is_discarded() ? Json(value) : parsed;
}

}  // namespace

std::vector<Recipe> vary(const Recipe& base, const std::vector<std::string>& variations) {
  std::vector<Json> made{Json::parse(toJson(base))};
  for (const std::string& variation : variations) {
    const std::size_t equals = variation.find('=');
    if (equals == std::string::npos)
      throw Error("The variation '" + variation + "' is expected to be FIELD=VALUE,VALUE,...");
    const std::vector<std::string> fields = split(variation.substr(0, equals), '+');
    std::vector<Json> next;
    for (const Json& one : made)
      for (const std::string& together : split(variation.substr(equals + 1), ',')) {
        const std::vector<std::string> values = split(together, '+');
        if (values.size() != fields.size())
          throw Error("The variation '" + variation + "' names " + std::to_string(fields.size()) + " fields, but '" +
                      together + "' has " + std::to_string(values.size()) + " values.");
        Json varied = one;
        for (std::size_t i = 0; i < fields.size(); ++i) set(varied, fields[i], values[i], variation);
        std::string name = varied.value("name", "");
        for (const std::string& value : values) name.append("-").append(value);
        varied["name"] = name;
        next.push_back(std::move(varied));
      }
    made = std::move(next);
  }
  std::vector<Recipe> recipes;
  for (const Json& one : made) recipes.push_back(recipeFromJson(one.dump(), "the variation " + one.value("name", "")));
  return recipes;
}

}  // namespace sinkscope
