#include "core/model/tile_product.h"

#include "core/model/cached_pieces.h"

#include <ATen/Functions.h>
#include <ATen/native/CPUBlas.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <vector>

namespace sinkscope {
namespace {

using at::BFloat16;
namespace blas = at::native::cpublas;

constexpr std::int64_t kTerms = 3;

// A piece of the weights that stays in a core's cache while all tokens are multiplied with it, and how many tokens at a
// time: so many that what is kept of them stays there too. Kernels are made for each width, hence whole tiles of 16.
constexpr std::int64_t kRows = 128, kColumns = 1024, kTokens = 64, kTile = 16;

/// The terms of x in the order in which tiles take them: [group of tokens][term][pair of columns][token][2]. Tokens
/// that fill the last group up to whole tiles are zero.
class Terms {
 public:
  explicit Terms(const at::Tensor& x)
      : columns_(x.size(1)),
        tokens_((x.size(0) + kTile - 1) / kTile * kTile),
        terms_(at::empty({kTerms * tokens_ * columns_}, at::kBFloat16)) {
    byPieces(columns_ / 2, kColumns / 8, [&](std::int64_t firstPair, std::int64_t pairs) {
      for (std::int64_t token = 0; token < tokens_; token += kTokens)
        for (std::int64_t pair = firstPair; pair < firstPair + pairs; ++pair) split(x, token, pair);
    });
  }

  std::int64_t tokens() const { return tokens_; }
  std::int64_t width(std::int64_t firstToken) const { return std::min(kTokens, tokens_ - firstToken); }
  /// From an even `column` on, of the tokens that `firstToken` begins a group of.
  const BFloat16* at(std::int64_t firstToken, std::int64_t term, std::int64_t column) const {
    return terms_.const_data_ptr<BFloat16>() + place(firstToken, term, column);
  }

 private:
  std::int64_t place(std::int64_t firstToken, std::int64_t term, std::int64_t column) const {
    return kTerms * firstToken * columns_ + (term * columns_ + column) * width(firstToken);
  }

  /// Two columns of a group of tokens.
  void split(const at::Tensor& x, std::int64_t firstToken, std::int64_t pair) {
    const float* values = x.const_data_ptr<float>() + firstToken * columns_ + 2 * pair;
    const std::int64_t present = std::min(kTokens, x.size(0) - firstToken), numbers = 2 * width(firstToken);
    std::array<float, 2 * kTokens> rest = {};  // what is left of each number after the terms so far
    for (std::int64_t token = 0; token < present; ++token)
      std::copy_n(values + token * columns_, 2, rest.begin() + 2 * token);
    for (std::int64_t term = 0; term < kTerms; ++term) {
      BFloat16* to = terms_.mutable_data_ptr<BFloat16>() + place(firstToken, term, 2 * pair);
      for (std::int64_t i = 0; i < numbers; ++i) {
        to[i] = BFloat16(rest[i]);
        rest[i] -= static_cast<float>(to[i]);
      }
    }
  }

  std::int64_t columns_, tokens_;
  at::Tensor terms_;
};

}  // namespace

bool hasTiles() {
  return blas::could_pack(at::kBFloat16);
}

at::Tensor tileProduct(const void* weights, std::int64_t rows, const at::Tensor& x) {
  const std::int64_t columns = x.size(1);
  const Terms terms(x);
  const std::int64_t tokens = terms.tokens();
  const at::Tensor out = at::empty({rows, tokens}, at::kFloat);
  byPiecesInTurn(rows, kRows, [&](std::int64_t row, std::int64_t count) {
    for (std::int64_t column = 0; column < columns; column += kColumns) {
      const std::int64_t width = std::min(kColumns, columns - column);
      const BFloat16* piece = static_cast<const BFloat16*>(weights) + row * columns + column;
      for (std::int64_t token = 0; token < tokens; token += kTokens)
        for (std::int64_t term = 0; term < kTerms; ++term) {
          float* sums = out.mutable_data_ptr<float>() + row * tokens + token;
          const bool adds = column > 0 || term > 0;
          blas::brgemm(count, terms.width(token), width, columns, terms.width(token), tokens, adds, piece,
                       terms.at(token, term, column), sums);
        }
    }
    blas::brgemm_release();
  });
  return out.narrow(1, 0, x.size(0));
}

at::Tensor tileNorms(const void* weights, std::int64_t width, std::int64_t heads, const at::Tensor& value) {
  const std::int64_t keyHeads = value.size(0), present = value.size(1), headWidth = value.size(2);
  std::vector<Terms> terms;
  for (std::int64_t head = 0; head < keyHeads; ++head) terms.emplace_back(value[head]);
  const std::int64_t tokens = terms.front().tokens(), columns = heads * headWidth;
  const at::Tensor out = at::empty({heads, present}, at::kFloat);
  byPiecesInTurn(heads, 1, [&](std::int64_t head, std::int64_t) {
    const Terms& of = terms[static_cast<std::size_t>(head * keyHeads / heads)];
    std::vector<double> squares(static_cast<std::size_t>(tokens), 0.0);
    std::vector<float> written(kRows * kTokens);
    for (std::int64_t row = 0; row < width; row += kRows) {
      const std::int64_t count = std::min(kRows, width - row);
      const BFloat16* piece = static_cast<const BFloat16*>(weights) + row * columns + head * headWidth;
      for (std::int64_t token = 0; token < tokens; token += kTokens) {
        const std::int64_t many = of.width(token);
        for (std::int64_t term = 0; term < kTerms; ++term)
          blas::brgemm(count, many, headWidth, columns, many, many, term > 0, piece, of.at(token, term, 0),
                       written.data());
        std::array<float, kTokens> sums = {};  // of so few rows that float32 holds them
        for (std::int64_t r = 0; r < count; ++r)
          for (std::int64_t t = 0; t < many; ++t) sums[t] += written[r * many + t] * written[r * many + t];
        for (std::int64_t t = 0; t < many; ++t) squares[static_cast<std::size_t>(token + t)] += sums[t];
      }
    }
    blas::brgemm_release();
    float* norms = out.mutable_data_ptr<float>() + head * present;
    for (std::int64_t t = 0; t < present; ++t)
      norms[t] = static_cast<float>(std::sqrt(squares[static_cast<std::size_t>(t)]));
  });
  return out;
}

}  // namespace sinkscope
