#include "tests/text/mixed_text.h"

#include <cstdio>
#include <exception>

/// Writes the mixed text to standard output, for the scripts that ask other libraries about it: each document ends with
/// a NUL byte.
int main(int count, char** arguments) {
  if (count != 2) return std::fputs("usage: write_mixed_text paragraphs.txt >text\n", stderr), 2;
  try {
    for (const std::string& document : mixed_text::documents(arguments[1])) {
      if (std::fwrite(document.c_str(), 1, document.size() + 1, stdout) != document.size() + 1) return 1;
    }
  } catch (const std::exception& error) {
    return std::fprintf(stderr, "error: %s\n", error.what()), 1;
  }
  return 0;
}
