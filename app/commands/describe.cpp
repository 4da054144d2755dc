#include "app/commands/command_text.h"
#include "app/commands/commands.h"
#include "app/commands/console.h"

#include <CLI/CLI.hpp>

#include <iostream>
#include <memory>
#include <string>

namespace sinkscope {

void addDescribe(CLI::App& program, int& exitCode) {
  CLI::App* command =
      program.add_subcommand("describe", "Prints the manual page or a shell's completion, for the installation.");
  command->group("");  // nobody's to call
  const auto what = std::make_shared<std::string>();
  command->add_option("what", *what, "man, bash, zsh or fish.")
      ->required()
      ->check(CLI::IsMember({"man", "bash", "zsh", "fish"}));
  command->callback([what, &program, &exitCode] {
    const CommandText text = commandText(program);
    if (*what == "man") std::cout << manualPage(text, SINKSCOPE_VERSION);
    if (*what == "bash") std::cout << bashCompletion(text);
    if (*what == "zsh") std::cout << zshCompletion(text);
    if (*what == "fish") std::cout << fishCompletion(text);
    exitCode = std::cout.flush() ? kSuccess : kFailure;
  });
}

}  // namespace sinkscope
