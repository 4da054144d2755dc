#include "core/error.h"
#include "core/text/tokenizer.h"

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <fstream>
#include <iterator>
#include <string>
#include <vector>

using namespace sinkscope;

namespace {

std::vector<std::string> documentsIn(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  const std::string all((std::istreambuf_iterator<char>(file)), {});
  std::vector<std::string> documents;
  for (std::size_t at = 0; at < all.size();) {
    const std::size_t end = std::min(all.find('\0', at), all.size());
    documents.push_back(all.substr(at, end - at));
    at = end + 1;
  }
  if (documents.empty()) throw Error(path + " holds no documents.");
  return documents;
}

double now() {
  return std::chrono::duration<double>(std::chrono::steady_clock::now().time_since_epoch()).count();
}

}  // namespace

/// Encodes the documents of a text (each ends with a NUL byte) on one thread, prints the seconds of each round, and
/// writes the ids (32 bits each, -1 after each document).
int main(int count, char** arguments) {
  if (count != 6) {
    return std::fputs("usage: tokenizer_speed TOKENIZER TEXT IDS ROUNDS with-special-tokens|plain\n", stderr), 2;
  }
  try {
    const auto documents = documentsIn(arguments[2]);
    const auto tokenizer = loadTokenizer(arguments[1]);
    const EncodeOptions options{.parseSpecial = std::string(arguments[5]) == "with-special-tokens"};
    std::vector<std::vector<std::int64_t>> ids(documents.size());
    for (int round = 0; round < std::stoi(arguments[4]); ++round) {
      const double start = now();
      for (std::size_t i = 0; i < documents.size(); ++i) ids[i] = tokenizer->encodeIds(documents[i], options);
      std::printf("%.6f\n", now() - start);
    }
    std::ofstream out(arguments[3], std::ios::binary);
    for (std::vector<std::int64_t>& each : ids) {
      each.push_back(-1);
      const std::vector<std::int32_t> numbers(each.begin(), each.end());
      out.write(reinterpret_cast<const char*>(numbers.data()), static_cast<std::streamsize>(4 * numbers.size()));
    }
    out.close();
    if (!out) throw Error(std::string(arguments[3]) + " can't be written.");
  } catch (const std::exception& error) {
    return std::fprintf(stderr, "error: %s\n", error.what()), 1;
  }
  return 0;
}
