#pragma once

#include <string>
#include <string_view>

namespace sinkscope {

/// Whether `bytes` are well-formed UTF-8 (no overlong forms, no surrogates).
bool isUtf8(std::string_view bytes);

/// `bytes` with everything that is no well-formed UTF-8, and NUL, replaced by U+FFFD.
std::string repairedUtf8(std::string_view bytes);

}  // namespace sinkscope
