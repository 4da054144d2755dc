#include "core/runs/file_copy.h"

#include "core/model/input_file.h"

#include <algorithm>
#include <vector>

namespace sinkscope {
namespace {

constexpr std::uint64_t kBlock = 4 << 20;

}  // namespace

void copyInto(NewFile& target, const std::filesystem::path& path, const Job& job) {
  const InputFile source(path);
  std::vector<char> block(std::min(kBlock, source.size()));
  for (std::uint64_t at = 0; at < source.size(); at += block.size()) {
    job.progress("copying " + source.name(), static_cast<double>(at) / static_cast<double>(source.size()));
    block.resize(std::min<std::uint64_t>(block.size(), source.size() - at));
    source.read(at, block.data(), block.size());
    target.write(at, block.data(), block.size());
  }
}

}  // namespace sinkscope
