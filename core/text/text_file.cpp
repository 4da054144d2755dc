#include "core/text/text_file.h"

#include "core/error.h"
#include "core/model/input_file.h"

namespace sinkscope {
namespace {

constexpr std::uint64_t largestVocabulary = std::uint64_t{1} << 30;

}  // namespace

std::string readTextFile(const std::filesystem::path& path) {
  const InputFile file(path);
  if (file.size() > largestVocabulary) {
    throw Error(path.string() + " is too large for a vocabulary: it has more than 1 GiB.");
  }
  std::string content(file.size(), '\0');
  file.read(0, content.data(), content.size());
  return content;
}

}  // namespace sinkscope
