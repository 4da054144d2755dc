#pragma once

#include "core/error.h"
#include "core/model/input_file.h"

#include <algorithm>
#include <cstdint>
#include <cstring>
#include <string>
#include <vector>

namespace sinkscope {

/// Reads a file from front to back through a buffer. Nothing is read or reserved that the file does not hold.
class Cursor {
 public:
  explicit Cursor(const InputFile& file) : file_(file) {}

  std::uint64_t position() const { return position_; }
  std::uint64_t left() const { return file_.size() - position_; }

  template <typename T>
  T number() {
    T value;
    bytes(&value, sizeof(T));
    return value;
  }

  void skip(std::uint64_t count) {
    checkLeft(count);
    position_ += count;
  }

  void bytes(void* target, std::uint64_t count) {
    checkLeft(count);
    char* to = static_cast<char*>(target);
    while (count > 0) {
      if (position_ < start_ || position_ >= start_ + buffer_.size()) fill();
      const std::uint64_t at = position_ - start_;
      const std::uint64_t part = std::min<std::uint64_t>(count, buffer_.size() - at);
      std::memcpy(to, buffer_.data() + at, part);
      to += part;
      position_ += part;
      count -= part;
    }
  }

  std::string string() {
    const auto length = number<std::uint64_t>();
    if (length > left()) {
      throw Error(file_.name() + " is damaged: a text at byte " + std::to_string(position_) + " is said to have " +
                  std::to_string(length) + " bytes, but " + std::to_string(left()) + " are left in the file.");
    }
    std::string text(length, '\0');
    bytes(text.data(), length);
    return text;
  }

 private:
  void checkLeft(std::uint64_t count) const {
    if (count <= left()) return;
    throw Error(file_.name() + " ends inside its header: " + std::to_string(count) +
                " more bytes are expected at byte " + std::to_string(position_) + " of " +
                std::to_string(file_.size()) + ".");
  }

  void fill() {
    start_ = position_;
    buffer_.resize(std::min<std::uint64_t>(left(), 1u << 20));
    file_.read(start_, buffer_.data(), buffer_.size());
  }

  const InputFile& file_;
  std::uint64_t position_ = 0;
  std::uint64_t start_ = 0;  // of the buffer in the file
  std::vector<char> buffer_;
};

}  // namespace sinkscope
