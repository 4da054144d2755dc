#pragma once

#include <string>
#include <vector>

namespace CLI {
class App;
}

namespace sinkscope {

/// An option or a positional argument, in words.
struct OptionText {
  std::vector<std::string> names;    ///< "-m", "--model"; of a positional argument its name alone
  std::string argument;              ///< "TEXT"; empty: a flag
  std::vector<std::string> choices;  ///< all that it may be, where these can be named
  std::string text;                  ///< what it does, in one line
  std::string terms;                 ///< "required; default: 64"; may be empty
  std::string group;                 ///< "What is analysed, exactly one of"; empty: none
  bool isPositional = false;
  bool repeats = false;  ///< takes several values, or may be given several times
};

/// A command in words, with the commands below it; what is hidden from help is left out.
struct CommandText {
  std::string path;  ///< "runs list"; empty: the program
  std::string text, footer;
  std::vector<OptionText> options;  ///< in the order of the help; positional arguments too
  std::vector<CommandText> commands;
};

/// What the command line knows of itself, so that the manual page and the completions of shells say what it does.
CommandText commandText(const CLI::App& program);

/// The manual page, in the macros of man(7).
std::string manualPage(const CommandText& program, const std::string& version);

/// Scripts that complete commands, options and values; values that cannot be named are completed as files, numbers not.
std::string bashCompletion(const CommandText& program);
std::string zshCompletion(const CommandText& program);
std::string fishCompletion(const CommandText& program);

/// Whether the option takes a value that is no file, no choice and no text: nothing can be proposed for it.
bool isNumber(const OptionText& option);

/// A text between quotes in which the shell takes nothing but itself: of bash, zsh and fish alike.
std::string quoted(const std::string& text);

/// The program's commands, each before those below it, itself first.
std::vector<const CommandText*> flat(const CommandText& program);

}  // namespace sinkscope
