#pragma once

#include <ATen/core/Tensor.h>

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

namespace sinkscope {

/// The devices of a list: "cpu", "cuda", "cuda:0,cuda:1". The same one may stand there twice. Throws `Error` for one
/// that isn't there.
std::vector<at::Device> devicesNamed(const std::string& list);

/// Bytes that weights may take there: what is free on a GPU, `usualWeightMemory` on the CPU.
std::uint64_t weightMemoryOf(const at::Device& device);

/// Bytes of a model's parts, in the order of the forward pass.
struct PartBytes {
  std::uint64_t before = 0;  ///< embedding, on the device of the first layer
  std::vector<std::uint64_t> layers;
  std::uint64_t after = 0;  ///< final norm and output matrix, on the last device
};

/// The number of the device that each layer lies on, out of as many as `memory` has: they follow one another, and each
/// takes its share of the bytes as it has of the memory, to a layer. Throws `Error` when it doesn't fit.
std::vector<std::size_t> placeLayers(const PartBytes& bytes, const std::vector<std::uint64_t>& memory);

}  // namespace sinkscope
