#include "core/text/chat_template.h"

#include "core/error.h"
#include "core/text/text_file.h"

#include <minja/minja.hpp>

#include <pthread.h>

#include <ctime>
#include <exception>
#include <functional>

namespace sinkscope {
namespace {

constexpr std::size_t kLongest = std::size_t{1} << 15;

/// Does it on a stack of its own, which takes memory only as far as it is used: matching regular expressions and nested
/// expressions goes as deep as a template is long.
void onDeepStack(const std::function<void()>& work) {
  constexpr std::size_t kStack = std::size_t{512} << 20;
  struct Call {
    const std::function<void()>& work;
    std::exception_ptr failure;
  } call{work, nullptr};
  const auto run = [](void* of) -> void* {
    auto& own = *static_cast<Call*>(of);
    try {
      own.work();
    } catch (...) {
      own.failure = std::current_exception();
    }
    return nullptr;
  };
  pthread_attr_t attributes;
  pthread_t thread;
  ::pthread_attr_init(&attributes);
  ::pthread_attr_setstacksize(&attributes, kStack);
  const int failed = ::pthread_create(&thread, &attributes, run, &call);
  ::pthread_attr_destroy(&attributes);
  if (failed != 0) throw Error("There is no memory for a thread that reads chat templates.");
  ::pthread_join(thread, nullptr);
  if (call.failure) std::rethrow_exception(call.failure);
}

/// 26 July 2024 in `format`.
std::string dayIn(const std::string& format) {
  std::tm day{};
  day.tm_year = 2024 - 1900;
  day.tm_mon = 6;
  day.tm_mday = 26;
  day.tm_wday = 5;
  day.tm_yday = 207;
  char text[256];
  return std::string(text, std::strftime(text, sizeof text, format.c_str(), &day));
}

/// A library's words as the end of a sentence.
std::string ending(std::string what) {
  what = what.substr(0, what.find('\n'));
  while (what.ends_with('.') || what.ends_with(':') || what.ends_with(' ')) what.pop_back();
  return what + ".";
}

}  // namespace

class ChatTemplate::Parsed {
 public:
  explicit Parsed(const std::string& source)
      // As transformers sets Jinja up.
      : root_(minja::Parser::parse(source,
                                   {.trim_blocks = true, .lstrip_blocks = true, .keep_trailing_newline = false})) {}

  std::string render(const nlohmann::ordered_json& values) const {
    const auto context = minja::Context::make(minja::Value(values));
    context->set("strftime_now", minja::Value::callable([](const auto&, minja::ArgumentsValue& arguments) {
                   arguments.expectArgs("strftime_now", {1, 1}, {0, 0});
                   return minja::Value(dayIn(arguments.args[0].get<std::string>()));
                 }));
    return root_->render(context);
  }

 private:
  std::shared_ptr<minja::TemplateNode> root_;
};

ChatTemplate::ChatTemplate()
    : problem_(
          "This model comes without a chat template (chat_template.jinja, chat_template in tokenizer_config.json, or "
          "tokenizer.chat_template in a GGUF): its prompts are read as raw text.") {}

ChatTemplate::ChatTemplate(const std::string& source, const std::string& place) : place_(place) {
  if (source.size() > kLongest) {
    problem_ = place + ": a template of " + std::to_string(source.size()) + " bytes is too long, expected at most " +
               std::to_string(kLongest) + ".";
    return;
  }
  try {
    onDeepStack([&] { parsed_ = std::make_shared<Parsed>(source); });
  } catch (const std::exception& error) {
    problem_ = place + " is no template that this program understands: " + ending(error.what());
  }
}

std::string ChatTemplate::render(const std::string& user, const std::string& bos, const std::string& eos,
                                 const std::string& system) const {
  if (!parsed_) throw Error(problem_);
  using Json = nlohmann::ordered_json;
  Json messages = Json::array();
  if (!system.empty()) messages.push_back({{"role", "system"}, {"content", system}});
  messages.push_back({{"role", "user"}, {"content", user}});
  try {
    std::string markup;
    onDeepStack([&] {
      markup = parsed_->render(
          {{"messages", std::move(messages)}, {"bos_token", bos}, {"eos_token", eos}, {"add_generation_prompt", true}});
    });
    return markup;
  } catch (const std::exception& error) {
    throw Error(place_ + " can't put this message in its markup: " + ending(error.what()));
  }
}

ChatTemplate readChatTemplate(const std::filesystem::path& folder) {
  const std::filesystem::path alone = folder / "chat_template.jinja", config = folder / "tokenizer_config.json";
  if (std::filesystem::exists(alone)) return ChatTemplate(readTextFile(alone), alone.string());
  if (!std::filesystem::exists(config)) return {};
  const auto json = nlohmann::json::parse(readTextFile(config), nullptr, false);
  if (!json.is_object() || !json.contains("chat_template")) return {};
  const auto& found = json.at("chat_template");
  const std::string place = config.string() + ": chat_template";
  if (found.is_string()) return ChatTemplate(found.get<std::string>(), place);
  for (const auto& named : found)
    if (named.is_object() && named.value("name", nlohmann::json()) == "default" && named.contains("template") &&
        named.at("template").is_string())
      return ChatTemplate(named.at("template").get<std::string>(), place + " \"default\"");
  return {};
}

}  // namespace sinkscope
