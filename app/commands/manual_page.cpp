#include "app/commands/command_text.h"

#include <sstream>

namespace sinkscope {
namespace {

/// A text for roff: backslashes and hyphens as they are, no line that roff would take for one of its requests.
std::string roff(const std::string& text) {
  std::string result;
  for (const char c : text) {
    if (c == '\\')
      result += "\\e";
    else if (c == '-')
      result += "\\-";
    else if (const bool starts = result.empty() || result.back() == '\n'; starts && (c == '.' || c == '\''))
      result.append("\\&").push_back(c);
    else
      result += c;
  }
  return result;
}

std::string bold(const std::string& text) {
  return "\\fB" + roff(text) + "\\fR";
}

std::string italic(const std::string& text) {
  return "\\fI" + roff(text) + "\\fR";
}

/// "-m, --model TEXT"
std::string heading(const OptionText& option) {
  if (option.isPositional) return italic(option.names.front()) + (option.repeats ? " ..." : "");
  std::string text;
  for (const std::string& name : option.names) text.append(text.empty() ? "" : ", ").append(bold(name));
  if (!option.argument.empty()) text.append(" ").append(italic(option.argument));
  return text + (option.repeats ? " ..." : "");
}

/// "sinkscope runs show [options] run"
std::string synopsis(const CommandText& command) {
  std::string text = bold("sinkscope" + (command.path.empty() ? "" : " " + command.path)) + " [options]";
  if (command.path.empty()) {
    text.append(" [").append(italic("model or run")).append("]");
  } else {
    for (const OptionText& option : command.options)
      if (option.isPositional) text.append(" ").append(heading(option));
  }
  if (!command.commands.empty())
    text.append(command.path.empty() ? " | " : " ").append(italic("command")).append(" ...");
  return text;
}

void printOptions(std::ostream& out, const CommandText& command) {
  std::string group;
  for (const OptionText& option : command.options) {
    // Every command has these; they stand under the program's.
    if (!command.path.empty() && option.names.back().starts_with("--help")) continue;
    if (option.group != group) out << ".PP\n" << roff(option.group) << ":\n";
    group = option.group;
    out << ".TP\n" << heading(option) << '\n' << roff(option.text);
    if (!option.terms.empty()) out << " (" << roff(option.terms) << ")";
    out << '\n';
  }
}

void printFooter(std::ostream& out, const std::string& footer) {
  if (footer.empty()) return;
  out << ".PP\n.nf\n" << roff(footer) << "\n.fi\n";
}

}  // namespace

std::string manualPage(const CommandText& program, const std::string& version) {
  std::ostringstream out;
  out << ".\\\" Made by the program itself of what its command line knows.\n"
      << ".TH SINKSCOPE 1 \"\" \"sinkscope " << version << "\" \"User Commands\"\n"
      << ".nh\n.ad l\n"  // names and values are not to be cut in two
      << ".SH NAME\nsinkscope \\- see where a language model's attention rests\n"
      << ".SH SYNOPSIS\n"
      << synopsis(program) << '\n'
      << ".SH DESCRIPTION\n"
      << roff(program.text) << '\n';
  printFooter(out, program.footer);
  out << ".SH OPTIONS\n";
  printOptions(out, program);
  out << ".SH COMMANDS\nEvery command has " << bold("--help") << " and " << bold("--help-all") << ".\n";
  for (const CommandText* command : flat(program)) {
    if (command == &program) continue;
    out << ".SS \"" << roff("sinkscope " + command->path) << "\"\n"
        << roff(command->text) << "\n.PP\n"
        << synopsis(*command) << '\n';
    printOptions(out, *command);
    printFooter(out, command->footer);
  }
  const auto place = [&out](const char* path, const char* what) {
    out << ".TP\n" << italic(path) << '\n' << what << '\n';
  };
  out << ".SH FILES\n";
  place("~/sinkscope/runs", "Saved runs.");
  place("~/.local/share/sinkscope",
        "Fetched models, texts to train on, trainings (in XDG_DATA_HOME where that is set).");
  place("~/.config/sinkscope", "The window's settings (in XDG_CONFIG_HOME).");
  place("~/.cache/sinkscope", "The index of the runs, which can be thrown away at any time (in XDG_CACHE_HOME).");
  place("PREFIX/share/sinkscope", "Sample runs, the built\\-in model, and scripts that fetch models and texts.");
  return out.str();
}

}  // namespace sinkscope
