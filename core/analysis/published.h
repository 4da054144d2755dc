#pragma once

#include <array>
#include <cstdint>
#include <string_view>

namespace sinkscope {

/// A sink rate as it was printed, with the conventions it was printed with. T = 64 in all.
struct PublishedRate {
  std::string_view model;
  std::int64_t layers = 0, heads = 0;  ///< 0: not said
  double epsilon = 0.0;
  double rate = 0.0;  ///< fraction of the heads
  std::int64_t prompts = 0;
  std::string_view authors, source;
};

inline constexpr std::int64_t kPublishedTokens = 64;

inline constexpr std::string_view kBarberoTable1 = "Barbero et al., arXiv 2504.02732, Table 1";
inline constexpr std::string_view kGu = "Gu et al., arXiv 2410.10781";

inline constexpr std::array kPublishedRates{
    PublishedRate{"LLaMa 3.1 8B", 32, 32, 0.8, 0.4597, 170, "Barbero et al.", kBarberoTable1},
    PublishedRate{"LLaMa 3.1 70B", 80, 64, 0.8, 0.7349, 170, "Barbero et al.", kBarberoTable1},
    PublishedRate{"LLaMa 3.1 405B", 126, 128, 0.8, 0.7829, 170, "Barbero et al.", kBarberoTable1},
    PublishedRate{"Mistral-7B", 0, 0, 0.3, 0.9749, 100, "Gu et al.", kGu},
    PublishedRate{"Llama2-7B", 0, 0, 0.3, 0.9247, 100, "Gu et al.", kGu},
    PublishedRate{"Llama3-8B", 0, 0, 0.3, 0.9902, 100, "Gu et al.", kGu},
    PublishedRate{"GPT2-XL", 0, 0, 0.3, 0.7700, 100, "Gu et al.", kGu}};

}  // namespace sinkscope
