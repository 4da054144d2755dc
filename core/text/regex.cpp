#define PCRE2_CODE_UNIT_WIDTH 8
#include "core/text/regex.h"

#include "core/error.h"
#include "core/text/utf8.h"

#include <pcre2.h>

namespace sinkscope {
namespace {

constexpr std::uint32_t matchLimit = 100'000'000;
constexpr std::size_t smallestStack = 64 << 10;
constexpr std::size_t largestStack = 64 << 20;

/// Unicode's White_Space. PCRE2's own \s also holds U+180E, which Unicode took out of it.
constexpr std::string_view whitespace =
    R"(\x09-\x0D\x20\x{85}\x{A0}\x{1680}\x{2000}-\x{200A}\x{2028}\x{2029}\x{202F}\x{205F}\x{3000})";

/// `pattern` with \s and \S written out.
std::string withUnicodeWhitespace(const std::string& pattern) {
  std::string out;
  bool inClass = false;
  for (std::size_t i = 0; i < pattern.size(); ++i) {
    if (pattern[i] != '\\' || i + 1 == pattern.size()) {
      inClass = pattern[i] == '[' || (inClass && pattern[i] != ']');
      out += pattern[i];
    } else if (const char escaped = pattern[++i]; escaped == 's') {
      out += inClass ? std::string(whitespace) : "[" + std::string(whitespace) + "]";
    } else if (escaped == 'S' && !inClass) {
      out += "[^" + std::string(whitespace) + "]";
    } else {
      out += {'\\', escaped};
    }
  }
  return out;
}

std::string messageOf(int code) {
  PCRE2_UCHAR message[256];
  pcre2_get_error_message(code, message, sizeof message);
  return reinterpret_cast<const char*>(message);
}

/// What matching needs besides the pattern: one for each thread, as patterns are shared.
class Workspace {
 public:
  Workspace()
      : data(pcre2_match_data_create(1, nullptr)),
        context(pcre2_match_context_create(nullptr)),
        stack_(pcre2_jit_stack_create(smallestStack, largestStack, nullptr)) {
    if (!data || !context) throw std::bad_alloc();
    pcre2_set_match_limit(context.get(), matchLimit);
    if (stack_) pcre2_jit_stack_assign(context.get(), nullptr, stack_.get());
  }

 private:
  struct Free {
    void operator()(pcre2_match_data* freed) const { pcre2_match_data_free(freed); }
    void operator()(pcre2_match_context* freed) const { pcre2_match_context_free(freed); }
    void operator()(pcre2_jit_stack* freed) const { pcre2_jit_stack_free(freed); }
  };

 public:
  const std::unique_ptr<pcre2_match_data, Free> data;
  const std::unique_ptr<pcre2_match_context, Free> context;

 private:
  const std::unique_ptr<pcre2_jit_stack, Free> stack_;
};

}  // namespace

Regex::Regex(const std::string& pattern, const std::string& source) : source_(source) {
  const std::string written = withUnicodeWhitespace(pattern);
  int error = 0;
  PCRE2_SIZE at = 0;
  pcre2_code* code = pcre2_compile(reinterpret_cast<PCRE2_SPTR>(written.data()), written.size(),
                                   PCRE2_UTF | PCRE2_UCP | PCRE2_NEVER_BACKSLASH_C, &error, &at, nullptr);
  if (code == nullptr) {
    throw Error(source + ": the pre-tokenizer's pattern \"" + pattern + "\" can't be used: " + messageOf(error) + ".");
  }
  code_ = std::shared_ptr<pcre2_code>(code, pcre2_code_free);
  compiled_ = pcre2_jit_compile(code, PCRE2_JIT_COMPLETE) == 0;  // where that fails, matching is only slower
}

bool Regex::next(std::string_view text, Match& match) const {
  thread_local const Workspace workspace;
  const auto* subject = reinterpret_cast<PCRE2_SPTR>(text.data());
  for (std::size_t at = match.end; at < text.size();) {
    const int code = compiled_ ? pcre2_jit_match(code_.get(), subject, text.size(), at, PCRE2_NO_UTF_CHECK,
                                                 workspace.data.get(), workspace.context.get())
                               : pcre2_match(code_.get(), subject, text.size(), at, PCRE2_NO_UTF_CHECK,
                                             workspace.data.get(), workspace.context.get());
    if (code == PCRE2_ERROR_NOMATCH) return false;
    if (code < 0) throw Error(source_ + ": the pre-tokenizer gave up on the text: " + messageOf(code) + ".");
    const PCRE2_SIZE* span = pcre2_get_ovector_pointer(workspace.data.get());
    match = {span[0], span[1]};
    if (match.end > match.begin) return true;
    at = match.end < text.size() ? match.end + utf8At(text, match.end).bytes : text.size();
  }
  return false;
}

std::string Regex::quoted(std::string_view text) {
  std::string out;
  for (const char c : text) {
    if (std::string_view("\\^$.[]|()?*+{}-#/ ").find(c) != std::string_view::npos) out += '\\';
    out += c;
  }
  return out;
}

}  // namespace sinkscope
