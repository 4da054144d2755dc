#include "core/train/packer.h"

#include "core/error.h"

#include <ATen/Functions.h>

#include <algorithm>
#include <numeric>
#include <random>
#include <string>
#include <utility>

namespace sinkscope {
namespace {

std::mt19937_64 generator(std::uint64_t seed, std::uint64_t what, std::uint64_t number) {
  const auto low = [](std::uint64_t x) { return static_cast<std::uint32_t>(x); };
  std::seed_seq sequence{low(seed), low(seed >> 32), low(what), low(number), low(number >> 32)};
  return std::mt19937_64(sequence);
}

/// What random numbers are drawn for.
enum Draw : std::uint64_t { kSplit, kDocuments, kWindows, kPlaced };

/// Below `end`, all alike; the standard's distributions differ between libraries.
std::int64_t below(std::mt19937_64& random, std::int64_t end) {
  return static_cast<std::int64_t>(random() % static_cast<std::uint64_t>(end));
}

void shuffle(std::vector<std::int64_t>& values, std::mt19937_64 random) {
  for (std::size_t i = values.size(); i > 1; --i)
    std::swap(values[i - 1], values[static_cast<std::size_t>(below(random, static_cast<std::int64_t>(i)))]);
}

std::int64_t tokensOf(const TokenFile& corpus, std::int64_t document) {
  const auto starts = corpus.documentStarts();
  const auto at = static_cast<std::size_t>(document);
  return static_cast<std::int64_t>(starts[at + 1] - starts[at]);
}

}  // namespace

CorpusSplit splitCorpus(const TokenFile& corpus, double validation, std::int64_t tokens, std::uint64_t seed) {
  std::vector<std::int64_t> order(static_cast<std::size_t>(corpus.documents()));
  std::iota(order.begin(), order.end(), 0);
  shuffle(order, generator(seed, kSplit, 0));
  CorpusSplit split;
  const double wanted = validation * static_cast<double>(corpus.tokens());
  std::int64_t held = 0, kept = 0;
  for (const std::int64_t document : order) {
    if (split.validation.empty() || static_cast<double>(held) < wanted) {
      split.validation.push_back(document);
      held += tokensOf(corpus, document);
    } else if (tokens == 0 || kept < tokens) {
      split.training.push_back(document);
      kept += tokensOf(corpus, document);
    }
  }
  if (split.training.empty())
    throw Error("The corpus has " + std::to_string(corpus.documents()) +
                " documents, but at least two are expected: one to train on and one that is held out.");
  std::ranges::sort(split.training);
  std::ranges::sort(split.validation);
  return split;
}

Packer::Packer(std::shared_ptr<const TokenFile> corpus, std::vector<std::int64_t> documents, const Packing& packing,
               std::vector<PlacedToken> placed, std::uint64_t seed)
    : corpus_(std::move(corpus)),
      documents_(std::move(documents)),
      packing_(packing),
      placed_(std::move(placed)),
      seed_(seed) {
  const auto needed = [](const std::optional<std::int64_t>& id, const char* name) {
    if (id) return *id;
    throw Error(std::string("The tokenizer has no ") + name + ", which this packing needs.");
  };
  const TokenFileInfo& info = corpus_->info();
  if (packing_.bos != BosPlace::None) before_ = needed(info.bos, "<bos>");
  if (packing_.bos != BosPlace::Separator) after_ = needed(info.eos, "<eos>");
  if (packing_.bos == BosPlace::Fixed) before_ = -1;
  stride_ = packing_.context - (packing_.bos == BosPlace::Fixed ? 1 : 0);
  std::int64_t length = 0;
  for (const std::int64_t document : documents_) length += lengthOf(document);
  windows_ = (length - 1) / stride_;  // the last window's last token has a target too
  if (windows_ < 1)
    throw Error("The corpus has " + std::to_string(length) + " tokens to take windows from, but a window of " +
                std::to_string(packing_.context) + " and the token behind it are expected.");
}

std::int64_t Packer::lengthOf(std::int64_t document) const {
  return tokensOf(*corpus_, document) + (before_ >= 0 ? 1 : 0) + (after_ >= 0 ? 1 : 0);
}

const Packer::Epoch& Packer::epoch(std::int64_t number) {
  if (epoch_.number == number) return epoch_;
  epoch_.document = documents_;
  shuffle(epoch_.document, generator(seed_, kDocuments, static_cast<std::uint64_t>(number)));
  epoch_.begin.assign(1, 0);
  for (const std::int64_t document : epoch_.document) epoch_.begin.push_back(epoch_.begin.back() + lengthOf(document));
  epoch_.window.resize(static_cast<std::size_t>(windows_));
  std::iota(epoch_.window.begin(), epoch_.window.end(), 0);
  shuffle(epoch_.window, generator(seed_, kWindows, static_cast<std::uint64_t>(number)));
  epoch_.number = number;
  return epoch_;
}

void Packer::read(const Epoch& epoch, std::int64_t first, std::span<std::int64_t> out,
                  std::vector<std::int64_t>& starts) const {
  auto next = static_cast<std::size_t>(std::ranges::upper_bound(epoch.begin, first) - epoch.begin.begin()) - 1;
  for (std::size_t done = 0; done < out.size(); ++next) {
    const std::int64_t document = epoch.document[next], begin = epoch.begin[next], end = epoch.begin[next + 1];
    std::int64_t at = first + static_cast<std::int64_t>(done);
    if (at == begin) starts.push_back(static_cast<std::int64_t>(done));
    if (at == begin && before_ >= 0) {
      out[done++] = before_;
      ++at;
    }
    const std::int64_t text = begin + (before_ >= 0 ? 1 : 0), textEnd = end - (after_ >= 0 ? 1 : 0);
    const auto count = static_cast<std::size_t>(
        std::clamp<std::int64_t>(textEnd - at, 0, static_cast<std::int64_t>(out.size() - done)));
    if (count > 0) {
      const auto start = static_cast<std::int64_t>(corpus_->documentStarts()[static_cast<std::size_t>(document)]);
      corpus_->copy(start + at - text, out.subspan(done, count));
      done += count;
    }
    if (after_ >= 0 && done < out.size() && first + static_cast<std::int64_t>(done) == textEnd) out[done++] = after_;
  }
}

Windows Packer::take(std::int64_t first, std::int64_t count) {
  const bool fixed = packing_.bos == BosPlace::Fixed, within = packing_.mask == Mask::Documents;
  const std::int64_t length = packing_.context, shift = fixed ? 1 : 0;
  Windows result;
  result.tokens = at::empty({count, length}, at::kLong);
  result.targets = at::empty({count, length}, at::kLong);
  std::vector<std::int64_t> stream(static_cast<std::size_t>(stride_ + 1));
  for (std::int64_t i = 0; i < count; ++i) {
    const std::int64_t number = first + i;
    const Epoch& own = epoch(number / windows_);
    std::vector<std::int64_t> starts;
    read(own, own.window[static_cast<std::size_t>(number % windows_)] * stride_, stream, starts);
    std::int64_t* tokens = result.tokens.mutable_data_ptr<std::int64_t>() + i * length;
    std::int64_t* targets = result.targets.mutable_data_ptr<std::int64_t>() + i * length;
    if (fixed) tokens[0] = *corpus_->info().bos;
    std::copy_n(stream.begin(), stride_, tokens + shift);
    std::copy_n(stream.begin() + (1 - shift), length, targets);
    // Position `start` of the stream stands at `start + shift` of the window; its target at the place before.
    std::vector<std::int64_t> borders{0};
    for (const std::int64_t start : starts) {
      const std::int64_t position = start + shift;
      if (within && position > 0) targets[position - 1] = -1;
      if (position > 0 && position < length) borders.push_back(position);
    }
    std::fill_n(targets, std::max<std::int64_t>(0, packing_.prefix - 1), -1);  // the prefix foretells what follows it
    std::mt19937_64 random = generator(seed_, kPlaced, static_cast<std::uint64_t>(number));
    for (const PlacedToken& placed : placed_) {
      tokens[placed.position] = placed.id >= 0 ? placed.id : below(random, corpus_->info().vocabulary);
      if (placed.position > 0) targets[placed.position - 1] = -1;  // what was put there is not to be foretold
    }
    result.predicted += length - std::count(targets, targets + length, -1);
    if (within) result.borders.starts.push_back(std::move(borders));
  }
  result.borders.sharedFirst = fixed;
  return result;
}

}  // namespace sinkscope
