#pragma once

#include <cstdint>
#include <vector>

namespace sinkscope {

/// Values in a block of the published gpt-oss, two in a byte, with the block's scale in a tensor of its own.
constexpr std::int64_t kPackedBlock = 32;

/// Scales and packed values, where neighbours share a byte, as blocks of ggml's MXFP4: its scale, then bytes of which
/// each holds a value of the block's first half and, in its high bits, one of the second.
void joinBlocks(const std::vector<std::uint8_t>& scales, const std::vector<std::uint8_t>& packed, std::uint8_t* to);

}  // namespace sinkscope
