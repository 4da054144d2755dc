#include "core/train/packer.h"

#include <ATen/Functions.h>  // before Qt's headers

#include "tests/model/damage.h"
#include "tests/train/slow_packer.h"

#include <QTest>

#include <algorithm>
#include <set>

using namespace sinkscope;
using damage::errorOf;

namespace {

constexpr std::int64_t kBos = 1, kEos = 2, kVocabulary = 1200;
constexpr std::uint64_t kSeed = 20250402;

std::vector<std::int64_t> valuesOf(const at::Tensor& x) {
  const at::Tensor flat = x.contiguous();
  return {flat.const_data_ptr<std::int64_t>(), flat.const_data_ptr<std::int64_t>() + flat.numel()};
}

}  // namespace

/// Windows against a packer that writes the text down, document by document.
class PackerTest : public QObject {
  Q_OBJECT

  const SmallCorpus corpus_{SmallCorpus::distinct(60, 31), kVocabulary};

  static void addPackings() {
    QTest::addColumn<Packing>("packing");
    QTest::addColumn<bool>("places");
    for (const std::int64_t context : {8, 24, 64})
      for (const Mask mask : {Mask::Causal, Mask::Documents})
        for (const BosPlace bos : {BosPlace::Separator, BosPlace::None, BosPlace::Document, BosPlace::Fixed})
          for (const std::int64_t prefix : {0, 1, 5})
            for (const bool places : {false, true}) {
              if (mask == Mask::Documents && (bos == BosPlace::Separator || prefix > 0)) continue;
              QTest::addRow("T %lld, %s, bos %d, prefix %lld, %s", static_cast<long long>(context),
                            mask == Mask::Causal ? "causal" : "documents", static_cast<int>(bos),
                            static_cast<long long>(prefix), places ? "placed" : "as it is")
                  << Packing{context, mask, bos, prefix} << places;
            }
  }
  static std::vector<PlacedToken> placed(bool places) {
    return places ? std::vector<PlacedToken>{{0, 700}, {3, -1}, {6, -1}} : std::vector<PlacedToken>{};
  }

 private slots:
  void windows_data() { addPackings(); }
  void windows() {
    QFETCH(Packing, packing);
    QFETCH(bool, places);
    const std::vector<std::int64_t> documents = someDocuments(corpus_);
    Packer packer(corpus_.file(), documents, packing, placed(places), kSeed);
    for (const std::int64_t epoch : {0, 1, 7}) {
      const SlowPacker slow(corpus_, documents, packing, placed(places), kSeed, epoch);
      QCOMPARE(packer.windowsOfAnEpoch(), slow.count());
      const std::int64_t first = epoch * slow.count();
      const Windows windows = packer.take(first, slow.count());
      QCOMPARE(windows.borders.sharedFirst, packing.bos == BosPlace::Fixed);
      QCOMPARE(windows.borders.starts.size(),
               packing.mask == Mask::Documents ? static_cast<std::size_t>(slow.count()) : std::size_t{0});
      std::int64_t predicted = 0;
      for (std::int64_t i = 0; i < slow.count(); ++i) {
        const SlowPacker::Window expected = slow.at(first + i);
        QCOMPARE(valuesOf(windows.tokens[i]), expected.tokens);
        QCOMPARE(valuesOf(windows.targets[i]), expected.targets);
        predicted += std::ranges::count_if(expected.targets, [](std::int64_t id) { return id >= 0; });
        if (packing.mask == Mask::Causal) continue;
        std::vector<std::int64_t> starts{0};
        for (std::size_t t = 1; t < expected.document.size(); ++t)
          if (expected.document[t] != expected.document[t - 1]) starts.push_back(static_cast<std::int64_t>(t));
        // A fixed <bos> may belong to the document behind it: it is shared in any case.
        std::vector<std::int64_t> own = windows.borders.starts[static_cast<std::size_t>(i)];
        if (packing.bos == BosPlace::Fixed && own.size() + 1 == starts.size()) own.insert(own.begin() + 1, 1);
        QCOMPARE(own, starts);
      }
      QCOMPARE(windows.predicted, predicted);
    }
  }

  // All tokens of the corpus differ: an epoch shows none of them twice, and leaves out less than a window of them.
  void anEpochIsTheWholeCorpusOnce_data() { addPackings(); }
  void anEpochIsTheWholeCorpusOnce() {
    QFETCH(Packing, packing);
    QFETCH(bool, places);
    if (places) return;
    const std::vector<std::int64_t> documents = someDocuments(corpus_);
    std::int64_t tokens = 0;
    for (const std::int64_t document : documents)
      tokens += static_cast<std::int64_t>(corpus_.documents()[static_cast<std::size_t>(document)].size());
    Packer packer(corpus_.file(), documents, packing, {}, kSeed);
    std::set<std::vector<std::int64_t>> orders;
    for (std::int64_t epoch = 0; epoch < 3; ++epoch) {
      const Windows windows = packer.take(epoch * packer.windowsOfAnEpoch(), packer.windowsOfAnEpoch());
      std::vector<std::int64_t> text = valuesOf(windows.tokens);
      std::erase_if(text, [](std::int64_t id) { return id == kBos || id == kEos; });
      orders.insert(text);
      QCOMPARE(std::set<std::int64_t>(text.begin(), text.end()).size(), text.size());
      QVERIFY(static_cast<std::int64_t>(text.size()) <= tokens);
      QVERIFY(static_cast<std::int64_t>(text.size()) >= tokens - packing.context);
    }
    QCOMPARE(orders.size(), std::size_t{3});
  }

  void howWindowsAreTakenDoesNotMatter_data() { addPackings(); }
  void howWindowsAreTakenDoesNotMatter() {
    QFETCH(Packing, packing);
    QFETCH(bool, places);
    const std::vector<std::int64_t> documents = someDocuments(corpus_);
    Packer one(corpus_.file(), documents, packing, placed(places), kSeed);
    Packer other(corpus_.file(), documents, packing, placed(places), kSeed);
    Packer third(corpus_.file(), documents, packing, placed(places), kSeed + 1);
    const std::int64_t count = 2 * one.windowsOfAnEpoch() + 3;  // over the borders of epochs
    const Windows all = one.take(0, count);
    std::vector<at::Tensor> tokens, targets;
    std::vector<std::vector<std::int64_t>> starts;
    std::int64_t predicted = 0;
    for (std::int64_t first = 0, size = 1; first < count; first += size, size = size % 5 + 1) {
      const Windows some = other.take(first, std::min(size, count - first));
      tokens.push_back(some.tokens);
      targets.push_back(some.targets);
      starts.insert(starts.end(), some.borders.starts.begin(), some.borders.starts.end());
      predicted += some.predicted;
    }
    QVERIFY(at::equal(at::cat(tokens), all.tokens));
    QVERIFY(at::equal(at::cat(targets), all.targets));
    QVERIFY(starts == all.borders.starts);
    QCOMPARE(predicted, all.predicted);
    QVERIFY(at::equal(other.take(1, 2).tokens, all.tokens.narrow(0, 1, 2)));  // back again
    QVERIFY(!at::equal(third.take(0, count).tokens, all.tokens));
  }

  void split() {
    const TokenFile& file = *corpus_.file();
    const auto tokensOf = [&](const std::vector<std::int64_t>& documents) {
      std::int64_t sum = 0;
      for (const std::int64_t one : documents)
        sum += static_cast<std::int64_t>(corpus_.documents()[static_cast<std::size_t>(one)].size());
      return sum;
    };
    std::set<std::vector<std::int64_t>> heldOut;
    for (std::uint64_t seed = 0; seed < 20; ++seed) {
      const CorpusSplit split = splitCorpus(file, 0.2, 0, seed);
      std::set<std::int64_t> all(split.training.begin(), split.training.end());
      all.insert(split.validation.begin(), split.validation.end());
      QCOMPARE(all.size(), split.training.size() + split.validation.size());  // none in both
      QCOMPARE(static_cast<std::int64_t>(all.size()), file.documents());
      QVERIFY(std::ranges::is_sorted(split.training) && std::ranges::is_sorted(split.validation));
      const std::int64_t held = tokensOf(split.validation), wanted = file.tokens() / 5;
      QVERIFY(held >= wanted && held <= wanted + 31);  // of the longest document
      heldOut.insert(split.validation);

      const CorpusSplit little = splitCorpus(file, 0.2, 100, seed);
      QCOMPARE(little.validation, split.validation);
      QVERIFY(tokensOf(little.training) >= 100 && tokensOf(little.training) <= 131);
      QVERIFY(std::ranges::includes(split.training, little.training));
    }
    QVERIFY(heldOut.size() > 15);
    QCOMPARE(splitCorpus(file, 1e-9, 0, 1).validation.size(), std::size_t{1});
  }

  void whatDoesNotFit() {
    const SmallCorpus bare(SmallCorpus::distinct(3, 9), kVocabulary, false, false), one({{5, 6, 7}}, kVocabulary);
    const auto packing = [](BosPlace bos) { return Packing{8, Mask::Causal, bos, 0}; };
    const auto error = [&](const SmallCorpus& corpus, const Packing& how) {
      return errorOf([&] { Packer(corpus.file(), {0}, how, {}, 1); });
    };
    QCOMPARE(error(bare, packing(BosPlace::Fixed)), QString("The tokenizer has no <bos>, which this packing needs."));
    QCOMPARE(error(bare, packing(BosPlace::None)), QString("The tokenizer has no <eos>, which this packing needs."));
    QCOMPARE(error(one, packing(BosPlace::None)),
             QString("The corpus has 4 tokens to take windows from, but a window of 8 and the token behind it are "
                     "expected."));
    QCOMPARE(errorOf([&] { splitCorpus(*one.file(), 0.1, 0, 1); }),
             QString("The corpus has 1 documents, but at least two are expected: one to train on and one that is held "
                     "out."));
  }
};

QTEST_GUILESS_MAIN(PackerTest)
#include "tst_packer.moc"
