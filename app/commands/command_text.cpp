#include "app/commands/command_text.h"

#include <CLI/CLI.hpp>

#include <algorithm>
#include <sstream>

namespace sinkscope {
namespace {

/// Help texts are broken into lines by hand.
std::string inOneLine(const std::string& text) {
  std::istringstream words(text);
  std::string line;
  for (std::string word; words >> word;) line.append(line.empty() ? "" : " ").append(word);
  return line;
}

std::string joined(const std::vector<std::string>& words, const char* between) {
  std::string text;
  for (const std::string& word : words) text.append(text.empty() ? "" : between).append(word);
  return text;
}

std::vector<std::string> split(const std::string& text, char at) {
  std::vector<std::string> parts;
  std::istringstream rest(text);
  for (std::string part; std::getline(rest, part, at);) parts.push_back(part);
  return parts;
}

/// "[pdf,svg]" as one would type it.
std::string typed(const std::string& preset) {
  return preset.starts_with('[') && preset.ends_with(']') ? preset.substr(1, preset.size() - 2) : preset;
}

std::string namesOf(const std::set<CLI::Option*>& options) {
  std::vector<std::string> names;
  for (const CLI::Option* option : options) names.push_back(option->get_name());
  std::ranges::sort(names);  // the set is in the order of addresses
  return joined(names, ", ");
}

/// What a checked value must be, from the words of its check: "POSITIVE", "INT in [1 - 1000]", "FILE".
std::string limitText(const std::string& check) {
  if (check == "POSITIVE") return "above 0";
  if (check == "NONNEGATIVE") return "0 or more";
  if (check == "FILE") return "a file that is there";
  const std::size_t range = check.find("in [");
  return range == std::string::npos ? check : check.substr(range);
}

OptionText optionText(const CLI::Option& option, const std::string& group) {
  OptionText text;
  text.isPositional = option.get_positional();
  text.names = split(option.get_name(text.isPositional, !text.isPositional), ',');
  text.text = inOneLine(option.get_description());
  text.group = group;
  text.repeats = option.get_items_expected_max() > 1;
  std::vector<std::string> terms;
  if (option.get_required()) terms.emplace_back("required");
  if (option.get_items_expected_max() > 0) {
    const std::string type = option.get_type_name();
    const std::size_t colon = type.find(':');
    text.argument = type.substr(0, colon);
    if (text.argument.empty()) text.argument = "VALUE";
    const std::string check = colon == std::string::npos ? std::string() : type.substr(colon + 1);
    if (check.starts_with('{') && check.ends_with('}')) {
      text.choices = split(check.substr(1, check.size() - 2), ',');
      terms.push_back("one of " + joined(text.choices, ", "));
      if (text.repeats) terms.back().replace(0, 6, "of");
    } else if (!check.empty()) {
      terms.push_back(limitText(check));
    }
    if (const std::string preset = typed(option.get_default_str()); !preset.empty())
      terms.push_back("default: " + preset);
  }
  if (!option.get_needs().empty()) terms.push_back("only with " + namesOf(option.get_needs()));
  if (!option.get_excludes().empty()) terms.push_back("not with " + namesOf(option.get_excludes()));
  text.terms = joined(terms, "; ");
  return text;
}

/// Adds the command's own options, then those of its groups.
void addOptions(const CLI::App& command, const std::string& group, std::vector<OptionText>& options) {
  for (const CLI::Option* option : command.get_options()) {
    // A group has a --help of its own, which nobody is shown.
    const bool isHelp = option == command.get_help_ptr() || option == command.get_help_all_ptr();
    if (!option->get_group().empty() && !(isHelp && !group.empty())) options.push_back(optionText(*option, group));
  }
  for (const CLI::App* part : command.get_subcommands([](const CLI::App*) { return true; })) {
    if (!part->get_name().empty() || part->get_group().empty()) continue;
    std::string title = inOneLine(part->get_description());
    while (title.ends_with(':')) title.pop_back();
    const bool one = part->get_require_option_min() == 1 && part->get_require_option_max() == 1;
    addOptions(*part, one ? title + ", exactly one" : title, options);
  }
}

CommandText commandText(const CLI::App& command, const std::string& path, const std::string& footerAbove) {
  CommandText text;
  text.path = path;
  text.text = inOneLine(command.get_description());
  // A command without one of its own has that of the command above.
  if (command.get_footer() != footerAbove) text.footer = command.get_footer();
  addOptions(command, {}, text.options);
  for (const CLI::App* below : command.get_subcommands([](const CLI::App*) { return true; })) {
    if (below->get_name().empty() || below->get_group().empty()) continue;
    std::string name = path;
    name.append(path.empty() ? "" : " ").append(below->get_name());
    text.commands.push_back(commandText(*below, name, command.get_footer()));
  }
  return text;
}

void addFlat(const CommandText& command, std::vector<const CommandText*>& all) {
  all.push_back(&command);
  for (const CommandText& below : command.commands) addFlat(below, all);
}

}  // namespace

CommandText commandText(const CLI::App& program) {
  return commandText(program, {}, {});
}

bool isNumber(const OptionText& option) {
  return option.argument == "INT" || option.argument == "UINT" || option.argument == "FLOAT";
}

std::string quoted(const std::string& text) {
  // Single quotes: only the quote itself must leave them. fish also reads \\ in them, which no text here needs.
  std::string inside;
  for (const char c : text) inside.append(c == '\'' ? std::string("'\\''") : std::string(1, c));
  return "'" + inside + "'";
}

std::vector<const CommandText*> flat(const CommandText& program) {
  std::vector<const CommandText*> all;
  addFlat(program, all);
  return all;
}

}  // namespace sinkscope
