#include "core/model/family_parts.h"

#include "core/error.h"

namespace sinkscope {

RopeSettings readRope(const JsonFields& rope, RopeSettings settings) {
  settings.base = rope.real("rope_theta", settings.base);
  const std::string type = rope.string("rope_type", rope.string("type", "default"));
  if (type == "linear") {
    settings.scale = rope.real("factor", 1.0);
  } else if (type != "default") {
    rope.failBecause("rope_type", "is '" + type + "', but 'default' or 'linear' is expected");
  }
  return settings;
}

RopeSettings readRope(const GgufFile& file, double usualBase) {
  RopeSettings settings{file.real(keyOf(file, "rope.freq_base"), usualBase), 1.0};
  const std::string key = keyOf(file, "rope.scaling.type");
  const std::string type = file.string(key, "none");
  if (type == "linear") {
    settings.scale = file.real(keyOf(file, "rope.scaling.factor"), 1.0);
  } else if (type != "none") {
    throw Error(file.name() + ": the metadata field '" + key + "' is '" + type +
                "', but 'none' or 'linear' is expected.");
  }
  return settings;
}

std::string keyOf(const GgufFile& file, const std::string& name) {
  return file.string("general.architecture") + "." + name;
}

std::int64_t countIn(const JsonFields& json, const std::string& key, std::int64_t fallback, std::int64_t largest) {
  const std::int64_t count = fallback > 0 ? json.integer(key, fallback) : json.integer(key);
  if (count < 1 || count > largest) {
    json.failBecause(key, "is " + std::to_string(count) + ", but 1 ... " + std::to_string(largest) + " is expected");
  }
  return count;
}

void refuse(const GgufFile& file, const std::string& name, const std::string& what) {
  const std::string key = keyOf(file, name);
  if (file.real(key, 0.0) == 0.0) return;
  throw Error(file.name() + ": the metadata field '" + key + "' asks for " + what +
              ", which this program can't compute.");
}

void refuse(const JsonFields& json, const std::string& key, const std::string& what) {
  if (!json.has(key)) return;
  const nlohmann::json& value = json.json()[key];
  if (value == false || value == 0) return;
  json.failBecause(key, "asks for " + what + ", which this program can't compute");
}

void expectText(const JsonFields& json, const std::string& key, const std::string& expected) {
  const std::string text = json.string(key, expected);
  if (text != expected) json.failBecause(key, "is '" + text + "', but '" + expected + "' is expected");
}

}  // namespace sinkscope
