#pragma once

#include <cstdint>
#include <type_traits>

namespace sinkscope {

/// How a token file begins; `TokenFile` says what follows.
struct TokenHeader {
  char magic[8] = {'S', 'I', 'N', 'K', 'T', 'O', 'K', 'S'};
  std::uint32_t version = 1;
  std::uint32_t bytesPerId = 0;
  std::uint64_t tokens = 0;
  std::uint64_t documents = 0;
  std::uint64_t vocabulary = 0;
  std::int64_t bos = -1;
  std::int64_t eos = -1;
  std::uint64_t jsonBytes = 0;
};
static_assert(sizeof(TokenHeader) == 64 && std::is_trivially_copyable_v<TokenHeader>);

/// Bytes of the ids with what pads them.
inline std::uint64_t paddedBytes(std::uint64_t bytes) {
  return (bytes + 7) / 8 * 8;
}

}  // namespace sinkscope
