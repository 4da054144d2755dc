#include "core/model/packed_blocks.h"

#include <cstddef>

namespace sinkscope {

void joinBlocks(const std::vector<std::uint8_t>& scales, const std::vector<std::uint8_t>& packed, std::uint8_t* to) {
  constexpr std::size_t kBytes = kPackedBlock / 2;
  for (std::size_t block = 0; block < scales.size(); ++block) {
    const std::uint8_t* from = packed.data() + block * kBytes;
    const auto value = [&](std::size_t i) { return (from[i / 2] >> (i % 2 == 0 ? 0 : 4)) & 15; };
    *to++ = scales[block];
    for (std::size_t i = 0; i < kBytes; ++i) *to++ = static_cast<std::uint8_t>(value(i) | (value(i + kBytes) << 4));
  }
}

}  // namespace sinkscope
