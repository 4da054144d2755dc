#pragma once

#include "core/model/attend.h"
#include "core/train/recipe.h"
#include "core/train/token_file.h"

#include <ATen/core/Tensor.h>

#include <cstdint>
#include <memory>
#include <span>
#include <vector>

namespace sinkscope {

/// Windows of tokens with what to predict.
struct Windows {
  at::Tensor tokens;           ///< int64 [window, T]
  at::Tensor targets;          ///< int64 [window, T]: the token behind each; -1 where nothing is to be predicted
  DocumentBorders borders;     ///< where attention stays within documents; else empty
  std::int64_t predicted = 0;  ///< targets that are not -1
};

/// Which documents of a corpus are held out, and which are trained on.
struct CorpusSplit {
  std::vector<std::int64_t> training, validation;  ///< documents, ascending
};

/// Holds out documents drawn by `seed` until they have `validation` of the tokens, at least one; then keeps of the
/// others, in a drawn order, as many as have `tokens` tokens (0: all). Throws `Error` where nothing is left to train
/// on.
CorpusSplit splitCorpus(const TokenFile& corpus, double validation, std::int64_t tokens, std::uint64_t seed);

/// Packs documents into windows: one after the other in an order drawn anew for every epoch, with the special tokens
/// that `Packing` names, cut into windows, which come in a drawn order. Window number n is a function of the seed
/// alone, so a training that goes on from a checkpoint sees what it would have seen.
///
/// Where attention stays within documents, a document's first token is no target: nothing in sight speaks of it. With
/// a fixed <bos> windows hold T - 1 tokens of the text.
class Packer {
 public:
  /// Throws `Error` when the tokenizer lacks a token that the packing needs, or when there is less text than a window.
  Packer(std::shared_ptr<const TokenFile> corpus, std::vector<std::int64_t> documents, const Packing& packing,
         std::vector<PlacedToken> placed, std::uint64_t seed);

  std::int64_t windowsOfAnEpoch() const { return windows_; }
  /// Windows [first, first + count); the number of an epoch's windows may be passed.
  Windows take(std::int64_t first, std::int64_t count);

 private:
  struct Epoch {
    std::int64_t number = -1;
    std::vector<std::int64_t> document;  ///< in the epoch's order
    std::vector<std::int64_t> begin;     ///< of each in the stream, special tokens counted; and the stream's length
    std::vector<std::int64_t> window;    ///< in the epoch's order
  };
  const Epoch& epoch(std::int64_t number);
  std::int64_t lengthOf(std::int64_t document) const;
  /// Stream positions [first, first + out.size()) of an epoch; appends where documents begin among them to `starts`.
  void read(const Epoch& epoch, std::int64_t first, std::span<std::int64_t> out,
            std::vector<std::int64_t>& starts) const;

  std::shared_ptr<const TokenFile> corpus_;
  std::vector<std::int64_t> documents_;
  Packing packing_;
  std::vector<PlacedToken> placed_;
  std::uint64_t seed_;
  std::int64_t before_ = -1, after_ = -1;  // special tokens around a document; -1: none
  std::int64_t stride_ = 0, windows_ = 0;  // tokens of the stream that a window takes
  Epoch epoch_;
};

}  // namespace sinkscope
