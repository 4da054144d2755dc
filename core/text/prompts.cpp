#include "core/text/prompts.h"

#include "core/error.h"

#include <nlohmann/json.hpp>

#include <fstream>

namespace sinkscope {
namespace {

std::string promptOf(const nlohmann::json& value, const std::string& place) {
  if (value.is_string()) return value.get<std::string>();
  if (value.is_object())
    for (const char* field : {"text", "prompt"})
      if (const auto found = value.find(field); found != value.end() && found->is_string())
        return found->get<std::string>();
  throw Error(place + ": expected a JSON string, or an object with a string field \"text\" or \"prompt\".");
}

}  // namespace

std::vector<std::string> readPrompts(const std::filesystem::path& path) {
  std::ifstream file(path, std::ios::binary);
  if (!file || std::filesystem::is_directory(path))
    throw Error(path.string() + ": cannot be read; expected a text file with one prompt a line, or a .jsonl file.");
  return readPrompts(file, path.string(), path.extension() == ".jsonl" ? PromptFormat::JsonLines : PromptFormat::Lines);
}

std::vector<std::string> readPrompts(std::istream& text, const std::string& name, PromptFormat format) {
  std::vector<std::string> prompts;
  std::string line;
  for (std::size_t number = 1; std::getline(text, line); ++number) {
    if (!line.empty() && line.back() == '\r') line.pop_back();
    if (line.empty()) continue;
    if (format == PromptFormat::Lines) {
      prompts.push_back(line);
      continue;
    }
    const std::string place = name + ", line " + std::to_string(number);
    const nlohmann::json value = nlohmann::json::parse(line, nullptr, false);
    if (value.is_discarded()) throw Error(place + ": expected one JSON value, and this is not valid JSON.");
    prompts.push_back(promptOf(value, place));
  }
  if (prompts.empty()) throw Error(name + ": expected at least one prompt, and every line is empty.");
  return prompts;
}

}  // namespace sinkscope
