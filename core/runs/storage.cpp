#include "core/runs/storage.h"

#include "core/shape.h"

#include <algorithm>
#include <cstdint>
#include <vector>

namespace sinkscope::hdf5 {
namespace {

constexpr std::uint64_t kLargestChunk = std::uint64_t{64} << 20;

/// Empty where they cannot be read.
std::vector<hsize_t> chunkOf(hid_t properties) {
  std::vector<hsize_t> extents(H5S_MAX_RANK, 1);
  const int rank = H5Pget_chunk(properties, H5S_MAX_RANK, extents.data());
  extents.resize(static_cast<std::size_t>(std::max(0, rank)));
  return extents;
}

/// `with(filter, its first value)` for each filter.
template <typename With>
void eachFilter(hid_t properties, const With& with) {
  for (int i = 0; i < H5Pget_nfilters(properties); ++i) {
    unsigned flags = 0, value = 0;
    std::size_t values = 1;
    const H5Z_filter_t filter =
        H5Pget_filter2(properties, static_cast<unsigned>(i), &flags, &values, &value, 0, nullptr, nullptr);
    with(filter, value);
  }
}

std::string filterWords(H5Z_filter_t filter, unsigned value) {
  switch (filter) {
    case H5Z_FILTER_DEFLATE:
      return "deflate " + std::to_string(value);
    case H5Z_FILTER_SHUFFLE:
      return "shuffle";
    case H5Z_FILTER_FLETCHER32:
      return "fletcher32";
    default:
      return "filter " + std::to_string(filter);
  }
}

}  // namespace

std::string storageFault(hid_t properties, std::size_t elementSize) {
  const H5D_layout_t layout = H5Pget_layout(properties);
  if (layout != H5D_CHUNKED && layout != H5D_CONTIGUOUS && layout != H5D_COMPACT) return "is stored in other files";
  if (layout == H5D_CONTIGUOUS && H5Pget_external_count(properties) != 0) return "is stored in other files";
  if (layout != H5D_CHUNKED) return {};
  const std::vector<hsize_t> chunk = chunkOf(properties);
  if (chunk.empty()) return "has no readable chunks";
  std::uint64_t bytes = elementSize;
  for (const hsize_t extent : chunk)
    if (__builtin_mul_overflow(bytes, extent, &bytes) || bytes > kLargestChunk)
      return "is stored in chunks of more than 64 MiB";
  std::string fault;
  eachFilter(properties, [&](H5Z_filter_t filter, unsigned) {
    if (filter != H5Z_FILTER_DEFLATE && filter != H5Z_FILTER_SHUFFLE && filter != H5Z_FILTER_FLETCHER32)
      fault = "is stored with filter " + std::to_string(filter) + "; expected deflate, shuffle and fletcher32 only";
  });
  return fault;
}

std::string storageWords(hid_t properties) {
  switch (H5Pget_layout(properties)) {
    case H5D_CHUNKED: {
      std::string words = "chunks of " + shapeText(chunkOf(properties));
      eachFilter(properties,
                 [&](H5Z_filter_t filter, unsigned value) { words.append(", ").append(filterWords(filter, value)); });
      return words;
    }
    case H5D_CONTIGUOUS:
      return H5Pget_external_count(properties) == 0 ? "contiguous" : "in other files";
    case H5D_COMPACT:
      return "in its header";
    default:
      return "in other files";
  }
}

}  // namespace sinkscope::hdf5
