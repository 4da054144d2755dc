#pragma once

#include <string>
#include <vector>

namespace sinkscope {

/// The prompts of resources/prompts/english.txt, which travel inside the program: 170 English passages, each of 75
/// tokens or more in the demo models' vocabularies (resources/prompts/README.md says where they come from).
const std::vector<std::string>& englishPrompts();

/// What a table calls them.
inline constexpr const char* kEnglishPromptsName = "English passages";

}  // namespace sinkscope
