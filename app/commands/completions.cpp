#include "app/commands/command_text.h"

#include <algorithm>
#include <sstream>

namespace sinkscope {
namespace {

std::string joined(const std::vector<std::string>& words) {
  std::string text;
  for (const std::string& word : words) text.append(text.empty() ? "" : " ").append(word);
  return text;
}

/// "(pdf svg)", as zsh writes a list.
std::string listed(const std::vector<std::string>& words) {
  std::string text(1, '(');
  return text.append(joined(words)).append(1, ')');
}

/// The last word of a command's path.
std::string nameOf(const CommandText& command) {
  return command.path.substr(command.path.rfind(' ') + 1);
}

/// What stands in a list beside a name: the first sentence, without its full stop.
std::string shortText(const std::string& text) {
  const std::size_t end = std::min(text.find(". "), text.find(": "));
  std::string sentence = text.substr(0, end);
  if (sentence.ends_with('.')) sentence.pop_back();
  return sentence;
}

bool takesFiles(const CommandText& command) {
  for (const OptionText& option : command.options)
    if (option.isPositional) return true;
  return false;
}

/// Backslashes before what zsh's _arguments takes as a mark.
std::string forZsh(const std::string& text) {
  std::string result;
  for (const char c : text) {
    if (c == '[' || c == ']' || c == ':' || c == '\\') result += '\\';
    result += c;
  }
  return result;
}

/// "_sinkscope_runs_list"
std::string zshFunction(const CommandText& command) {
  std::string name = "_sinkscope" + (command.path.empty() ? "" : "_" + command.path);
  for (char& c : name)
    if (c == ' ' || c == '-') c = '_';
  return name;
}

/// What zsh proposes for an option's value.
std::string zshValue(const OptionText& option) {
  if (!option.choices.empty()) return listed(option.choices);
  return isNumber(option) ? " " : "_files";
}

/// The arguments of zsh's _arguments for an option.
void printZshOption(std::ostream& out, const OptionText& option) {
  std::string value;
  if (!option.argument.empty()) value.append(":").append(forZsh(option.argument)).append(":").append(zshValue(option));
  if (option.isPositional) {
    out << " \\\n    " << quoted((option.repeats ? "*:" : ":") + forZsh(option.names.front()) + ":" + zshValue(option));
    return;
  }
  for (const std::string& name : option.names) {
    const std::string others = option.repeats ? "*" : listed(option.names);
    out << " \\\n    " << quoted(others + name + "[" + forZsh(shortText(option.text)) + "]" + value);
  }
}

void printZshFunction(std::ostream& out, const CommandText& command) {
  out << zshFunction(command) << "() {\n";
  if (command.commands.empty()) {
    out << "  _arguments -s -S";
    for (const OptionText& option : command.options) printZshOption(out, option);
    out << "\n}\n\n";
    return;
  }
  out << "  local curcontext=$curcontext state line\n  _arguments -C -s -S";
  for (const OptionText& option : command.options)
    if (!option.isPositional) printZshOption(out, option);
  out << " \\\n    '1: :->command' '*:: :->rest'\n  case $state in\n    command)\n      local -a commands=(\n";
  for (const CommandText& below : command.commands)
    out << "        " << quoted(forZsh(nameOf(below)) + ":" + shortText(below.text)) << '\n';
  out << "      )\n      _describe -t commands command commands\n";
  if (takesFiles(command)) out << "      _files\n";
  out << "      ;;\n    rest)\n      case $line[1] in\n";
  for (const CommandText& below : command.commands)
    out << "        " << nameOf(below) << ") " << zshFunction(below) << " ;;\n";
  out << "      esac\n      ;;\n  esac\n}\n\n";
}

}  // namespace

std::string bashCompletion(const CommandText& program) {
  std::ostringstream out;
  out << "# Completion of sinkscope in bash, made by the program itself.\n"
         "_sinkscope() {\n"
         "  local current=${COMP_WORDS[COMP_CWORD]} previous=${COMP_WORDS[COMP_CWORD - 1]}\n"
         "  local path='' commands='' options='' values='' files=yes i\n"
         "  for ((i = 1; i < COMP_CWORD; i++)); do\n"
         "    case \"$path ${COMP_WORDS[i]}\" in\n      ";
  const std::vector<const CommandText*> all = flat(program);
  for (std::size_t i = 1; i < all.size(); ++i)
    out << (i > 1 ? " | " : "") << quoted((all[i]->path.find(' ') == std::string::npos ? " " : "") + all[i]->path);
  out << ") path=\"${path:+$path }${COMP_WORDS[i]}\" ;;\n"
         "    esac\n"
         "  done\n"
         "  case $path in\n";
  for (const CommandText* command : all) {
    std::vector<std::string> names, options;
    for (const CommandText& below : command->commands) names.push_back(nameOf(below));
    for (const OptionText& option : command->options)
      if (!option.isPositional) options.insert(options.end(), option.names.begin(), option.names.end());
    out << "    " << quoted(command->path) << ")\n      commands=" << quoted(joined(names))
        << "\n      options=" << quoted(joined(options)) << '\n';
    if (!takesFiles(*command)) out << "      files=no\n";
    out << "      case $previous in\n";
    for (const OptionText& option : command->options) {
      if (option.isPositional || option.argument.empty()) continue;
      out << "        ";
      for (std::size_t i = 0; i < option.names.size(); ++i) out << (i > 0 ? " | " : "") << option.names[i];
      out << ") values="
          << (!option.choices.empty() ? quoted(joined(option.choices))
              : isNumber(option)      ? "number"
                                      : "file")
          << " ;;\n";
    }
    out << "      esac\n      ;;\n";
  }
  out << "  esac\n"
         "  COMPREPLY=()\n"
         "  if [[ $values == number ]]; then return; fi\n"
         "  if [[ $values == '' && $current == -* ]]; then\n"
         "    mapfile -t COMPREPLY < <(compgen -W \"$options\" -- \"$current\")\n"
         "  elif [[ $values != '' && $values != file ]]; then\n"
         "    mapfile -t COMPREPLY < <(compgen -W \"$values\" -- \"$current\")\n"
         "  else\n"
         "    if [[ $values == '' ]]; then mapfile -t COMPREPLY < <(compgen -W \"$commands\" -- \"$current\"); fi\n"
         "    if [[ $values == file || $files == yes ]]; then\n"
         "      compopt -o filenames 2>/dev/null\n"
         "      mapfile -t -O ${#COMPREPLY[@]} COMPREPLY < <(compgen -f -- \"$current\")\n"
         "    fi\n"
         "  fi\n"
         "}\n"
         "complete -F _sinkscope sinkscope\n";
  return out.str();
}

std::string zshCompletion(const CommandText& program) {
  std::ostringstream out;
  out << "#compdef sinkscope\n# Completion of sinkscope in zsh, made by the program itself.\n\n";
  for (const CommandText* command : flat(program)) printZshFunction(out, *command);
  out << "_sinkscope \"$@\"\n";
  return out.str();
}

std::string fishCompletion(const CommandText& program) {
  std::ostringstream out;
  out << "# Completion of sinkscope in fish, made by the program itself.\n"
         "function __sinkscope_at --description 'Whether this is the command typed so far'\n"
         "    set -l commands";
  for (const CommandText* command : flat(program))
    if (!command->path.empty()) out << ' ' << quoted(command->path);
  out << "\n"
         "    set -l path ''\n"
         "    for word in (commandline -opc)[2..-1]\n"
         "        set -l longer (string trim -- \"$path $word\")\n"
         "        if contains -- \"$longer\" $commands\n"
         "            set path $longer\n"
         "        end\n"
         "    end\n"
         "    test \"$path\" = \"$argv[1]\"\n"
         "end\n\n";
  for (const CommandText* command : flat(program)) {
    const std::string begin = "complete -c sinkscope -n " + quoted("__sinkscope_at " + quoted(command->path));
    if (!takesFiles(*command)) out << begin << " -f\n";
    for (const CommandText& below : command->commands)
      out << begin << " -a " << nameOf(below) << " -d " << quoted(shortText(below.text)) << '\n';
    for (const OptionText& option : command->options) {
      if (option.isPositional) continue;
      out << begin;
      for (const std::string& name : option.names)
        out << (name.starts_with("--") ? " -l " + name.substr(2) : " -s " + name.substr(1));
      if (!option.choices.empty())
        out << " -x -a " << quoted(joined(option.choices));
      else if (!option.argument.empty())
        out << (isNumber(option) ? " -x" : " -r -F");
      out << " -d " << quoted(shortText(option.text)) << '\n';
    }
  }
  return out.str();
}

}  // namespace sinkscope
