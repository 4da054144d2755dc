#include "core/model/ggml_types.h"

#include <c10/util/Half.h>

#include <algorithm>
#include <array>
#include <bit>
#include <cmath>
#include <cstring>

// Each function below makes `count` blocks of one type into float32. The order of the float operations is that of the
// `gguf` package (and the build forbids fused multiply-adds here), so that the results are equal bit for bit.

// Compiled for the vectors of several processors, of which the program takes the widest that it finds.
#if defined(__x86_64__) && defined(__GNUC__) && !defined(__clang__)
#define WIDE __attribute__((target_clones("arch=skylake-avx512", "arch=haswell", "default")))
#else
#define WIDE
#endif

namespace sinkscope {
namespace {

static_assert(std::endian::native == std::endian::little, "weight files are little-endian");

template <typename T>
T load(const std::uint8_t* at) {
  T value;
  std::memcpy(&value, at, sizeof(T));
  return value;
}

float half(const std::uint8_t* at) {
  return c10::detail::fp16_ieee_to_fp32_value(load<std::uint16_t>(at));
}

WIDE void fromF32(const std::uint8_t* __restrict in, float* __restrict out, std::int64_t count) {
  std::memcpy(out, in, static_cast<std::size_t>(count) * sizeof(float));
}

WIDE void fromF16(const std::uint8_t* __restrict in, float* __restrict out, std::int64_t count) {
  for (std::int64_t i = 0; i < count; ++i) out[i] = half(in + 2 * i);
}

WIDE void fromBF16(const std::uint8_t* __restrict in, float* __restrict out, std::int64_t count) {
  for (std::int64_t i = 0; i < count; ++i) {
    out[i] = std::bit_cast<float>(static_cast<std::uint32_t>(load<std::uint16_t>(in + 2 * i)) << 16);
  }
}

WIDE void fromQ4_0(const std::uint8_t* __restrict in, float* __restrict out, std::int64_t count) {
  for (std::int64_t b = 0; b < count; ++b, in += 18, out += 32) {
    const float d = half(in);
    for (int i = 0; i < 16; ++i) {
      out[i] = d * static_cast<float>((in[2 + i] & 15) - 8);
      out[i + 16] = d * static_cast<float>((in[2 + i] >> 4) - 8);
    }
  }
}

WIDE void fromQ4_1(const std::uint8_t* __restrict in, float* __restrict out, std::int64_t count) {
  for (std::int64_t b = 0; b < count; ++b, in += 20, out += 32) {
    const float d = half(in), m = half(in + 2);
    for (int i = 0; i < 16; ++i) {
      out[i] = d * static_cast<float>(in[4 + i] & 15) + m;
      out[i + 16] = d * static_cast<float>(in[4 + i] >> 4) + m;
    }
  }
}

/// The fifth bit of value `i`, in place.
int fifthBit(std::uint32_t high, int i) {
  return static_cast<int>((high >> i) & 1u) << 4;
}

WIDE void fromQ5_0(const std::uint8_t* __restrict in, float* __restrict out, std::int64_t count) {
  for (std::int64_t b = 0; b < count; ++b, in += 22, out += 32) {
    const float d = half(in);
    const std::uint32_t high = load<std::uint32_t>(in + 2);
    for (int i = 0; i < 16; ++i) {
      out[i] = d * static_cast<float>(((in[6 + i] & 15) | fifthBit(high, i)) - 16);
      out[i + 16] = d * static_cast<float>(((in[6 + i] >> 4) | fifthBit(high, i + 16)) - 16);
    }
  }
}

WIDE void fromQ5_1(const std::uint8_t* __restrict in, float* __restrict out, std::int64_t count) {
  for (std::int64_t b = 0; b < count; ++b, in += 24, out += 32) {
    const float d = half(in), m = half(in + 2);
    const std::uint32_t high = load<std::uint32_t>(in + 4);
    for (int i = 0; i < 16; ++i) {
      out[i] = d * static_cast<float>((in[8 + i] & 15) | fifthBit(high, i)) + m;
      out[i + 16] = d * static_cast<float>((in[8 + i] >> 4) | fifthBit(high, i + 16)) + m;
    }
  }
}

WIDE void fromQ8_0(const std::uint8_t* __restrict in, float* __restrict out, std::int64_t count) {
  for (std::int64_t b = 0; b < count; ++b, in += 34, out += 32) {
    const float d = half(in);
    for (int i = 0; i < 32; ++i) out[i] = static_cast<float>(static_cast<std::int8_t>(in[2 + i])) * d;
  }
}

// The K types: 256 values a block, in groups with scales of their own.

// 16 bytes of scale | minimum << 4; 64 bytes of 2-bit values; d; dmin.
WIDE void fromQ2_K(const std::uint8_t* __restrict in, float* __restrict out, std::int64_t count) {
  for (std::int64_t b = 0; b < count; ++b, in += 84, out += 256) {
    const float d = half(in + 80), minimum = half(in + 82);
    for (int g = 0; g < 16; ++g) {  // groups of 16
      const float dl = d * static_cast<float>(in[g] & 15), ml = minimum * static_cast<float>(in[g] >> 4);
      const std::uint8_t* low = in + 16 + 32 * (g / 8) + 16 * (g % 2);
      const int shift = 2 * ((g / 2) % 4);
      for (int i = 0; i < 16; ++i) out[16 * g + i] = dl * static_cast<float>((low[i] >> shift) & 3) - ml;
    }
  }
}

/// The sixteen 6-bit scales of a Q3_K block, less 32: the low 4 bits lie in bytes 0 ... 7, the high 2 in 8 ... 11.
std::array<int, 16> scalesOfQ3_K(const std::uint8_t* packed) {
  std::array<int, 16> scales = {};
  for (int i = 0; i < 16; ++i) {
    const int low = (packed[i % 8] >> (4 * (i / 8))) & 15;
    const int high = (packed[8 + i % 4] >> (2 * (i / 4))) & 3;
    scales[i] = (low | (high << 4)) - 32;
  }
  return scales;
}

// 32 bytes of third bits (one per value, 0 means -4); 64 bytes of low bits; 12 bytes of scales; d.
WIDE void fromQ3_K(const std::uint8_t* __restrict in, float* __restrict out, std::int64_t count) {
  for (std::int64_t b = 0; b < count; ++b, in += 110, out += 256) {
    const float d = half(in + 108);
    const std::array<int, 16> scales = scalesOfQ3_K(in + 96);
    for (int g = 0; g < 16; ++g) {  // groups of 16
      const float scale = d * static_cast<float>(scales[g]);
      const std::uint8_t *low = in + 32 + 32 * (g / 8) + 16 * (g % 2), *third = in + 16 * (g % 2);
      const int shift = 2 * ((g / 2) % 4);
      for (int i = 0; i < 16; ++i) {
        const int offset = (~(third[i] >> (g / 2)) & 1) * 4;
        out[16 * g + i] = scale * static_cast<float>(((low[i] >> shift) & 3) - offset);
      }
    }
  }
}

/// Scale and minimum of the eight groups of a Q4_K or Q5_K block, 6 bits each.
struct GroupScales {
  std::array<float, 8> scale, minimum;
};
GroupScales groupScales(const std::uint8_t* p, float d, float minimum) {
  GroupScales result = {};
  for (int i = 0; i < 8; ++i) {
    const int k = i % 4;
    const int scale = i < 4 ? p[k] & 63 : (p[8 + k] & 15) | ((p[k] >> 2) & 48);
    const int low = i < 4 ? p[4 + k] & 63 : (p[8 + k] >> 4) | ((p[4 + k] >> 2) & 48);
    result.scale[i] = d * static_cast<float>(scale);
    result.minimum[i] = minimum * static_cast<float>(low);
  }
  return result;
}

// d; dmin; 12 bytes of scales; 128 bytes of 4-bit values.
WIDE void fromQ4_K(const std::uint8_t* __restrict in, float* __restrict out, std::int64_t count) {
  for (std::int64_t b = 0; b < count; ++b, in += 144, out += 256) {
    const GroupScales groups = groupScales(in + 4, half(in), half(in + 2));
    for (int g = 0; g < 8; ++g) {
      const std::uint8_t* low = in + 16 + 32 * (g / 2);
      const int shift = 4 * (g % 2);
      const float scale = groups.scale[g], minimum = groups.minimum[g];
      for (int i = 0; i < 32; ++i) out[32 * g + i] = scale * static_cast<float>((low[i] >> shift) & 15) - minimum;
    }
  }
}

// d; dmin; 12 bytes of scales; 32 bytes of fifth bits; 128 bytes of low bits.
WIDE void fromQ5_K(const std::uint8_t* __restrict in, float* __restrict out, std::int64_t count) {
  for (std::int64_t b = 0; b < count; ++b, in += 176, out += 256) {
    const GroupScales groups = groupScales(in + 4, half(in), half(in + 2));
    for (int g = 0; g < 8; ++g) {
      const std::uint8_t *high = in + 16, *low = in + 48 + 32 * (g / 2);
      const int shift = 4 * (g % 2);
      const float scale = groups.scale[g], minimum = groups.minimum[g];
      for (int i = 0; i < 32; ++i) {
        const int q = ((low[i] >> shift) & 15) | (((high[i] >> g) & 1) << 4);
        out[32 * g + i] = scale * static_cast<float>(q) - minimum;
      }
    }
  }
}

// 128 bytes of low 4 bits; 64 bytes of high 2 bits; 16 signed scales; d.
WIDE void fromQ6_K(const std::uint8_t* __restrict in, float* __restrict out, std::int64_t count) {
  for (std::int64_t b = 0; b < count; ++b, in += 210, out += 256) {
    const float d = half(in + 208);
    for (int g = 0; g < 16; ++g) {  // groups of 16
      const std::uint8_t* low = in + 64 * (g / 8) + 16 * (g % 4);
      const std::uint8_t* high = in + 128 + 32 * (g / 8) + 16 * (g % 2);
      const int lowShift = 4 * ((g / 4) % 2), highShift = 2 * ((g / 2) % 4);
      const float scale = d * static_cast<float>(static_cast<std::int8_t>(in[192 + g]));
      for (int i = 0; i < 16; ++i) {
        const int q = ((low[i] >> lowShift) & 15) | (((high[i] >> highShift) & 3) << 4);
        out[16 * g + i] = scale * static_cast<float>(q - 32);
      }
    }
  }
}

// d as float32; 256 signed bytes; 16 sums that only dot products need.
WIDE void fromQ8_K(const std::uint8_t* __restrict in, float* __restrict out, std::int64_t count) {
  for (std::int64_t b = 0; b < count; ++b, in += 292, out += 256) {
    const float d = load<float>(in);
    for (int i = 0; i < 256; ++i) out[i] = d * static_cast<float>(static_cast<std::int8_t>(in[4 + i]));
  }
}

// An exponent; 16 bytes of 4-bit floats, as Q4_0 has them.
WIDE void fromMXFP4(const std::uint8_t* __restrict in, float* __restrict out, std::int64_t count) {
  // Twice what the four bits mean: a sign, two bits of exponent and one of mantissa.
  constexpr float kDoubled[] = {0, 1, 2, 3, 4, 6, 8, 12, 0, -1, -2, -3, -4, -6, -8, -12};
  for (std::int64_t b = 0; b < count; ++b, in += 17, out += 32) {
    const float halfScale = std::ldexp(1.0f, static_cast<int>(in[0]) - 128);
    for (int i = 0; i < 16; ++i) {
      out[i] = halfScale * kDoubled[in[1 + i] & 15];
      out[16 + i] = halfScale * kDoubled[in[1 + i] >> 4];
    }
  }
}

// Types without a function are listed for their names and sizes.
constexpr GgmlType types[] = {
    {0, "F32", 1, 4, fromF32},
    {1, "F16", 1, 2, fromF16},
    {2, "Q4_0", 32, 18, fromQ4_0},
    {3, "Q4_1", 32, 20, fromQ4_1},
    {6, "Q5_0", 32, 22, fromQ5_0},
    {7, "Q5_1", 32, 24, fromQ5_1},
    {8, "Q8_0", 32, 34, fromQ8_0},
    {9, "Q8_1", 32, 36},
    {10, "Q2_K", 256, 84, fromQ2_K},
    {11, "Q3_K", 256, 110, fromQ3_K},
    {12, "Q4_K", 256, 144, fromQ4_K},
    {13, "Q5_K", 256, 176, fromQ5_K},
    {14, "Q6_K", 256, 210, fromQ6_K},
    {15, "Q8_K", 256, 292, fromQ8_K},
    {16, "IQ2_XXS", 256, 66},
    {17, "IQ2_XS", 256, 74},
    {18, "IQ3_XXS", 256, 98},
    {19, "IQ1_S", 256, 50},
    {20, "IQ4_NL", 32, 18},
    {21, "IQ3_S", 256, 110},
    {22, "IQ2_S", 256, 82},
    {23, "IQ4_XS", 256, 136},
    {24, "I8", 1, 1},
    {25, "I16", 1, 2},
    {26, "I32", 1, 4},
    {27, "I64", 1, 8},
    {28, "F64", 1, 8},
    {29, "IQ1_M", 256, 56},
    {30, "BF16", 1, 2, fromBF16},
    {34, "TQ1_0", 256, 54},
    {35, "TQ2_0", 256, 66},
    {39, "MXFP4", 32, 17, fromMXFP4},
    {40, "NVFP4", 64, 36},
    {41, "Q1_0", 128, 18},
};

template <typename Matches>
const GgmlType* find(Matches matches) {
  const auto* found = std::find_if(std::begin(types), std::end(types), matches);
  return found == std::end(types) ? nullptr : found;
}

}  // namespace

const GgmlType* ggmlType(std::uint32_t id) {
  return find([id](const GgmlType& type) { return type.id == id; });
}

const GgmlType* ggmlType(std::string_view name) {
  return find([name](const GgmlType& type) { return type.name == name; });
}

}  // namespace sinkscope
