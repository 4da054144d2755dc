#include "core/analysis/candidates.h"
#include "core/analysis/perturber.h"
#include "core/analysis/sweeper.h"
#include "core/error.h"
#include "tests/byte_tokenizer.h"
#include "tests/compare.h"
#include "tests/streams.h"
#include "tests/tiny_model.h"

#include <ATen/Functions.h>
#include <ATen/TensorOperators.h>

#include <QTest>

#include <algorithm>
#include <cmath>
#include <stop_token>

using namespace sinkscope;

namespace {

float largest(const Array<float, 3>& values) {
  return *std::ranges::max_element(values.values());
}

/// A map of made-up changes: two places, three positions behind <bos>.
SweepMap madeUp() {
  SweepMap map;
  map.tokens.resize(4);
  map.norm = Array<float, 2>({2, 4}, 2.0f);
  map.l2 = map.infinity = map.cosine = Array<float, 3>({2, 3, 4}, 0.0f);
  map.count = {1, 1, 1};
  for (std::size_t position = 0; position < 3; ++position)
    for (std::size_t t = position + 1; t < 4; ++t)
      map.l2(1, position, t) = 8.0f / static_cast<float>(1 << (t - position - 1)) * static_cast<float>(position + 1);
  return map;
}

}  // namespace

/// The sweep on the tiny models: against swaps one by one, against whole passes, and on numbers known by hand.
class TestSweep : public QObject {
  Q_OBJECT

 private slots:
  void swapsOneByOneAgree_data() { addModels(); }
  void swapsOneByOneAgree() {
    const TinyModel tiny(name());
    const auto tokenizer = std::make_shared<ByteTokenizer>(tiny.model->config().vocabulary);
    SweepRequest request = requestFor(tiny);
    request.conditions.assign(kConditions.begin(), kConditions.end());
    const SweepResult result = sweep(*tiny.model, *tokenizer, request, Job());
    QVERIFY(!result.partial());
    Perturber perturber(tiny.model, tokenizer);
    PerturbRequest one;
    one.prompt = request.prompt;
    one.tokenLimit = request.tokenLimit;
    one.conditions = request.conditions;
    std::vector<SweepMap> expected = result.maps;
    for (SweepMap& map : expected) {
      for (Array<float, 3>* array : {&map.l2, &map.infinity, &map.cosine}) std::ranges::fill(array->values(), 0.0f);
    }
    for (std::size_t position = 0; position < result.positions(); ++position)
      for (const std::int64_t id : result.drawn.row(position)) {
        QVERIFY(id >= 0);
        one.swap = Swap{static_cast<std::int64_t>(position), id};
        const auto swapped = perturber.run(one, Job(), Perturber::Detail::Map);
        for (std::size_t i = 0; i < expected.size(); ++i)
          for (std::size_t place = 0; place < expected[i].places(); ++place)
            for (std::size_t t = 0; t < expected[i].tokens.size(); ++t) {
              const auto draws = static_cast<float>(request.draws);
              expected[i].l2(place, position, t) += swapped->maps[i].l2(place, t) / draws;
              expected[i].infinity(place, position, t) += swapped->maps[i].infinity(place, t) / draws;
              expected[i].cosine(place, position, t) += swapped->maps[i].cosine(place, t) / draws;
            }
      }
    for (std::size_t i = 0; i < expected.size(); ++i) {
      const std::string condition(conditionName(expected[i].condition));
      const SweepMap& map = result.maps[i];
      COMPARE_NUMBERS(condition + " l2", map.l2, expected[i].l2, 0, 1e-5 * largest(map.l2));
      COMPARE_NUMBERS(condition + " inf-norm", map.infinity, expected[i].infinity, 0, 1e-5 * largest(map.infinity));
      COMPARE_NUMBERS(condition + " 1 - cos", map.cosine, expected[i].cosine, 0, 1e-5 * largest(map.cosine));
    }
  }

  void twoWholePassesAgree_data() { addModels(); }
  void twoWholePassesAgree() {
    const TinyModel tiny(name());
    const ByteTokenizer tokenizer(tiny.model->config().vocabulary);
    SweepRequest request = requestFor(tiny);
    request.conditions = {Condition::Bos};
    request.draws = 2;
    const SweepResult result = sweep(*tiny.model, tokenizer, request, Job());
    const SweepMap& map = result.maps.front();
    const std::vector<std::int64_t> ids = idsOf(map.tokens);
    const at::Tensor before = streams(*tiny.model, ids);
    COMPARE_NUMBERS("norm", map.norm, before.norm(2, -1), 1e-5, 1e-6);
    for (std::size_t position = 0; position < map.positions(); ++position) {
      at::Tensor change = at::zeros({before.size(0), before.size(1)}, at::kDouble);
      for (const std::int64_t id : result.drawn.row(position)) {
        std::vector<std::int64_t> changed = ids;
        changed[map.tokenOf(position)] = id;
        change += (streams(*tiny.model, changed) - before).norm(2, -1) / 2;
      }
      for (std::size_t place = 0; place < map.places(); ++place) {
        const std::span<const float> row = map.l2.row(place, position);
        COMPARE_NUMBERS("l2", std::vector(row.begin(), row.end()), change[static_cast<std::int64_t>(place)], 0,
                        1e-5 * largest(map.l2));
      }
    }
  }

  void nothingChangesBeforeTheSwap() {
    const TinyModel tiny("llama-gqa");  // without a window
    const SweepResult result =
        sweep(*tiny.model, ByteTokenizer(tiny.model->config().vocabulary), requestFor(tiny), Job());
    for (const SweepMap& map : result.maps)
      for (std::size_t place = 0; place < map.places(); ++place)
        for (std::size_t position = 0; position < map.positions(); ++position) {
          const std::size_t swapped = map.tokenOf(position);
          for (std::size_t t = 0; t < swapped; ++t) QVERIFY(map.l2(place, position, t) == 0.0f);
          QVERIFY(map.l2(place, position, swapped) > 0.0f);
          // Nor do other embeddings; behind the first layer everything later has heard of it.
          for (std::size_t t = swapped + 1; t < map.tokens.size(); ++t)
            QCOMPARE(map.l2(place, position, t) > 0.0f, place > 0);
        }
  }

  void replacementsAreSeededAndDiffer() {
    const TinyModel tiny("llama-gqa");
    const ByteTokenizer tokenizer(tiny.model->config().vocabulary);
    SweepRequest request = requestFor(tiny);
    request.prompt = "aaaaaaaa";
    const SweepResult first = sweep(*tiny.model, tokenizer, request, Job());
    QVERIFY(first.drawn == sweep(*tiny.model, tokenizer, request, Job()).drawn);
    QCOMPARE(first.maps[0].l2, sweep(*tiny.model, tokenizer, request, Job()).maps[0].l2);
    for (std::size_t position = 0; position < 8; ++position) {
      std::vector<std::int64_t> ids(first.drawn.row(position).begin(), first.drawn.row(position).end());
      std::ranges::sort(ids);
      QVERIFY(std::ranges::adjacent_find(ids) == ids.end());
      for (const std::int64_t id : ids) QVERIFY(id != 'a' && std::abs(id - 'a') <= 50);
    }
    QVERIFY(!std::ranges::equal(first.drawn.row(0), first.drawn.row(1)));
    request.seed = 2;
    QVERIFY(first.drawn != sweep(*tiny.model, tokenizer, request, Job()).drawn);
  }

  void aTokenWithoutItsLikeIsNotSwapped() {
    const TinyModel tiny("llama-gqa");
    SweepRequest request = requestFor(tiny);
    request.prompt = "a b";
    const SweepResult result = sweep(*tiny.model, ByteTokenizer(tiny.model->config().vocabulary), request, Job());
    QCOMPARE(result.drawn(1, 0), std::int64_t{-1});
    QVERIFY(!result.partial());
    for (const SweepMap& map : result.maps) {
      QCOMPARE(map.count, (std::vector<std::int64_t>{request.draws, 0, request.draws}));
      QVERIFY(std::isnan(map.l2(1, 1, map.tokens.size() - 1)));
      QVERIFY(reach(map, ChangeNorm::L2)(1, 1) > 0.0);
    }
  }

  void partialResultsGrow() {
    const TinyModel tiny("llama-gqa");
    SweepRequest request = requestFor(tiny);
    request.prompt = std::string(100, 'P');
    request.tokenLimit = 0;
    std::vector<std::size_t> done;
    const SweepResult whole =
        sweep(*tiny.model, ByteTokenizer(tiny.model->config().vocabulary), request, Job(), [&](const SweepResult& r) {
          done.push_back(r.positionsDone());
          QCOMPARE(r.partial(), done.back() < 100);
          if (done.back() == 100) return;
          QVERIFY(std::isnan(r.maps[0].l2(1, 99, 100)) && std::isnan(r.maps[1].l2(1, 99, 99)));
          QCOMPARE(r.maps[0].count[0], request.draws);
          QVERIFY(reach(r.maps[0], ChangeNorm::L2)(1, 3) > 0.0);
        });
    QVERIFY(done.size() > 10 && std::ranges::is_sorted(done));
    QCOMPARE(done.back(), std::size_t{100});
    QVERIFY(!whole.partial());
  }

  /// What a stop finds done stays as it would have been.
  void stopsBetweenBatches() {
    const TinyModel tiny("llama-gqa");
    const ByteTokenizer tokenizer(tiny.model->config().vocabulary);
    SweepRequest request = requestFor(tiny);
    request.prompt = std::string(100, 'P');
    request.tokenLimit = 0;
    const SweepResult whole = sweep(*tiny.model, tokenizer, request, Job());
    std::stop_source source;
    SweepResult left;
    const auto stopSoon = [&](const SweepResult& r) {
      left = r;
      if (r.positionsDone() >= 10) source.request_stop();
    };
    QVERIFY_THROWS_EXCEPTION(Stopped, sweep(*tiny.model, tokenizer, request, Job(source.get_token()), stopSoon));
    QVERIFY(left.partial() && left.positionsDone() >= 10);
    for (std::size_t position = 0; position < 10; ++position)
      QVERIFY(std::ranges::equal(left.maps[0].l2.row(2, position), whole.maps[0].l2.row(2, position)));
  }

  void measuresByHand() {
    const SweepMap map = madeUp();  // behind the swap each token changes half as much as the one before
    QCOMPARE(changes(map, ChangeNorm::Relative, 1)(1, 3), 4.0f);
    QCOMPARE(changes(map, ChangeNorm::Relative, 1)(1, 0), 0.0f);
    const Array<double, 2> far = reach(map, ChangeNorm::L2);
    COMPARE_NUMBERS("reach", std::vector(far.row(1).begin(), far.row(1).end()), (std::vector{16.0, 6.0, 2.0}), 0, 0);
    // (4 + 2) / 2 / 8 of the first position, 8 / 16 of the second; the last has nothing behind it.
    QCOMPARE(spread(map, ChangeNorm::L2)[1], (0.375 + 0.5) / 2);
  }

  void whatIsNotDoneIsLeftOut() {
    SweepMap map = madeUp();
    map.count = {1, 0, 0};
    for (std::size_t position : {1, 2})
      for (std::size_t t = 0; t < 4; ++t) map.l2(1, position, t) = std::nanf("");
    const Array<double, 2> far = reach(map, ChangeNorm::L2);
    COMPARE_NUMBERS("reach", std::vector(far.row(1).begin(), far.row(1).end()), (std::vector{8.0, 4.0, 2.0}), 0, 0);
    QCOMPARE(spread(map, ChangeNorm::L2)[1], 0.375);
    map.count[0] = 0;
    QVERIFY(std::isnan(spread(map, ChangeNorm::L2)[1]) && std::isnan(reach(map, ChangeNorm::L2)(1, 0)));
  }

  void badRequestsAreOneSentence_data() {
    QTest::addColumn<int>("what");
    QTest::addColumn<QString>("says");
    QTest::newRow("empty") << 0 << "no tokens";
    QTest::newRow("conditions") << 1 << "no condition";
    QTest::newRow("draws") << 2 << "1 to 1000";
    QTest::newRow("too long") << 3 << "cut it to";
  }
  void badRequestsAreOneSentence() {
    QFETCH(int, what);
    QFETCH(QString, says);
    const TinyModel tiny("llama-gqa");
    SweepRequest request = requestFor(tiny);
    if (what == 0) request.prompt.clear();
    if (what == 1) request.conditions.clear();
    if (what == 2) request.draws = 0;
    if (what == 3) request.prompt = std::string(20000, 'P');
    request.tokenLimit = 0;
    try {
      sweep(*tiny.model, ByteTokenizer(tiny.model->config().vocabulary), request, Job());
      QFAIL("nothing was said");
    } catch (const Error& error) {
      QVERIFY2(QString(error.what()).contains(says), error.what());
    }
  }

 private:
  static void addModels() {
    QTest::addColumn<QString>("name");
    for (const std::string& name : someTinyModelNames()) QTest::newRow(name.c_str()) << QString::fromStdString(name);
  }
  static std::string name() {
    QFETCH(QString, name);
    return name.toStdString();
  }
  static SweepRequest requestFor(const TinyModel& tiny) {
    SweepRequest request;
    request.prompt = ByteTokenizer::textOf(tiny.ids()).substr(1);
    std::ranges::replace(request.prompt, ' ', '!');  // the only token that begins a word: nothing is like it
    request.draws = 3;
    return request;
  }
};

QTEST_GUILESS_MAIN(TestSweep)
#include "tst_sweep.moc"
