#pragma once

#include <stdexcept>
#include <string>

namespace sinkscope {

/// Something the user can act on. `what()` is one clear sentence that names the file, the field and what was
/// expected; it is shown as it is. Caught once, at the edge of a job.
class Error : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

/// What an exception says, without the stack trace that libtorch's go on with.
inline std::string firstLine(const std::exception& error) {
  const std::string text = error.what();
  return text.substr(0, text.find('\n'));
}

/// A job was cancelled. Not an `Error`: a cancel is no failure, and nobody is told anything went wrong.
class Stopped : public std::exception {
 public:
  const char* what() const noexcept override { return "stopped"; }
};

}  // namespace sinkscope
