#pragma once

#include <filesystem>
#include <memory>
#include <string>

namespace sinkscope {

/// The markup in which a model was taught to read a message: a Jinja template that comes with its tokenizer. Immutable,
/// usable from any thread.
///
/// Renders as transformers' `apply_chat_template(..., add_generation_prompt=True)` does, but for the day: a template
/// that asks for it is always told 26 July 2024 (what LLaMa's takes where it is told none), so that a run can be
/// repeated on another day.
class ChatTemplate {
 public:
  /// No template at all.
  ChatTemplate();
  /// `place` names the template in sentences: its file, and the field in it.
  ChatTemplate(const std::string& source, const std::string& place);

  /// Why no message can be rendered, in a sentence; empty where one can.
  const std::string& problem() const { return problem_; }

  /// A conversation of one message, up to where the model's answer begins. `bos` and `eos` are the names of these
  /// tokens. Throws `Error` when there is a problem or the template refuses these messages.
  std::string render(const std::string& user, const std::string& bos, const std::string& eos,
                     const std::string& system = {}) const;

 private:
  class Parsed;

  std::string place_;
  std::string problem_;
  std::shared_ptr<const Parsed> parsed_;
};

/// The template of a folder: chat_template.jinja, else "chat_template" in tokenizer_config.json, a text or a list of
/// named ones, of which "default" is taken. One that can't be read is a `problem`.
ChatTemplate readChatTemplate(const std::filesystem::path& folder);

}  // namespace sinkscope
