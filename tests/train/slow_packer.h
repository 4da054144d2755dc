#pragma once

#include "core/train/packer.h"
#include "tests/train/small_corpus.h"

#include <cstdint>
#include <random>
#include <utility>
#include <vector>

namespace sinkscope {

/// The windows of an epoch, written down document by document.
class SlowPacker {
 public:
  struct Window {
    std::vector<std::int64_t> tokens, targets;
    std::vector<std::int64_t> document;  // of each position; -1: a fixed <bos>
  };

  SlowPacker(const SmallCorpus& corpus, std::vector<std::int64_t> documents, const Packing& packing,
             std::vector<PlacedToken> placed, std::uint64_t seed, std::int64_t epoch)
      : packing_(packing), placed_(std::move(placed)), seed_(seed), vocabulary_(corpus.file()->info().vocabulary) {
    shuffle(documents, kDocuments, epoch);
    std::vector<std::int64_t> stream, owner;
    std::vector<bool> begins;
    for (const std::int64_t document : documents) {
      std::vector<std::int64_t> all = corpus.documents()[static_cast<std::size_t>(document)];
      if (packing.bos == BosPlace::Separator || packing.bos == BosPlace::Document) all.insert(all.begin(), kBos);
      if (packing.bos != BosPlace::Separator) all.push_back(kEos);
      for (std::size_t i = 0; i < all.size(); ++i) {
        stream.push_back(all[i]);
        owner.push_back(document);
        begins.push_back(i == 0);
      }
    }
    const bool fixed = packing.bos == BosPlace::Fixed;
    const auto step = static_cast<std::size_t>(packing.context - (fixed ? 1 : 0));
    for (std::size_t at = 0; at + step < stream.size(); at += step) {
      Window window;
      if (fixed) {
        window.tokens.push_back(kBos);
        window.document.push_back(-1);
      }
      for (std::size_t i = at; i < at + step; ++i) {
        window.tokens.push_back(stream[i]);
        window.document.push_back(owner[i]);
      }
      for (std::size_t i = fixed ? at : at + 1; i <= at + step; ++i) {
        const bool hidden = packing.mask == Mask::Documents && begins[i];
        window.targets.push_back(hidden ? -1 : stream[i]);
      }
      inOrder_.push_back(window);
    }
    for (std::size_t i = 0; i < inOrder_.size(); ++i) order_.push_back(static_cast<std::int64_t>(i));
    shuffle(order_, kWindows, epoch);
  }

  std::int64_t count() const { return static_cast<std::int64_t>(inOrder_.size()); }

  /// The one that comes as number `number` of the whole training.
  Window at(std::int64_t number) const {
    Window window = inOrder_[static_cast<std::size_t>(order_[static_cast<std::size_t>(number % count())])];
    // Tokens 0 ... prefix - 1 are no targets; the one behind them is, of the prefix alone.
    for (std::int64_t i = 1; i < packing_.prefix; ++i) window.targets[static_cast<std::size_t>(i - 1)] = -1;
    std::mt19937_64 random = generator(kPlaced, number);
    for (const PlacedToken& token : placed_) {
      const auto position = static_cast<std::size_t>(token.position);
      window.tokens[position] = token.id;
      if (token.id < 0)
        window.tokens[position] = static_cast<std::int64_t>(random() % static_cast<std::uint64_t>(vocabulary_));
      if (position > 0) window.targets[position - 1] = -1;
    }
    return window;
  }

 private:
  static constexpr std::int64_t kBos = 1, kEos = 2;
  enum { kDocuments = 1, kWindows = 2, kPlaced = 3 };

  std::mt19937_64 generator(int what, std::int64_t number) const {
    std::seed_seq sequence{static_cast<std::uint32_t>(seed_), 0u, static_cast<std::uint32_t>(what),
                           static_cast<std::uint32_t>(number), 0u};
    return std::mt19937_64(sequence);
  }
  void shuffle(std::vector<std::int64_t>& values, int what, std::int64_t epoch) const {
    std::mt19937_64 random = generator(what, epoch);
    for (std::size_t i = values.size() - 1; i > 0; --i) std::swap(values[i], values[random() % (i + 1)]);
  }

  Packing packing_;
  std::vector<PlacedToken> placed_;
  std::uint64_t seed_;
  std::int64_t vocabulary_;
  std::vector<Window> inOrder_;
  std::vector<std::int64_t> order_;
};

/// Every second document of the corpus.
inline std::vector<std::int64_t> someDocuments(const SmallCorpus& corpus) {
  std::vector<std::int64_t> documents;
  for (std::int64_t i = 0; i < corpus.file()->documents(); i += 2) documents.push_back(i);
  return documents;
}

}  // namespace sinkscope
