#include "core/analysis/no_op.h"
#include "core/analysis/sink_metric.h"
#include "core/error.h"
#include "tests/byte_tokenizer.h"
#include "tests/compare.h"
#include "tests/slow_waking.h"
#include "tests/tiny_model.h"

#include <QTest>

#include <stop_token>

using namespace sinkscope;
using slow::Group, slow::groupOf, slow::Query;

namespace {

constexpr double kRelative = 1e-4, kAbsolute = 1e-5;

// ASCII below 83, the smallest vocabulary; some more than a window long.
const std::vector<std::string> kPrompts = {"IF'E A 12, 3.", "A, A, A'E 4'E", "ABCABC", "'1'2'3'4'5'6", "AB"};

NoOpRequest requestOf(const std::vector<std::string>& prompts, bool bos = true) {
  NoOpRequest request;
  request.prompts = prompts;
  request.bos = bos;
  request.tokenLimit = 0;
  return request;
}

NoOpResult noOpOf(const TinyModel& tiny, const NoOpRequest& request, const Job& job = {}) {
  return noOpHeads(*tiny.model, ByteTokenizer(tiny.model->config().vocabulary), request, job);
}

/// Everything the scan is about, entry by entry: [layer][head] -> queries.
std::vector<std::vector<std::vector<Query>>> slowQueries(const TinyModel& tiny, const NoOpRequest& request) {
  const ModelConfig& config = tiny.model->config();
  std::vector<std::vector<std::vector<Query>>> result(config.layers, std::vector<std::vector<Query>>(config.heads));
  for (const std::string& prompt : request.prompts) {
    const std::vector<Token> tokens = ByteTokenizer(config.vocabulary).encode(prompt, {.addBos = request.bos});
    std::vector<std::int64_t> ids;
    for (const Token& token : tokens) ids.push_back(token.id);
    const Trace trace = capture(*tiny.model, ids, {}, Job());
    for (std::int64_t l = 0; l < config.layers; ++l)
      for (std::int64_t h = 0; h < config.heads; ++h) {
        const HeadAttention head = trace.head(l, h);
        for (std::int64_t i = 2; i < trace.tokens; ++i)
          if (head.sees(i, 0)) result[l][h].push_back({tokens[i - 1], 1.0 - entry(head, i, 0), entry(head, i, i - 1)});
      }
  }
  return result;
}

bool same(double actual, double expected) {
  return std::isnan(expected) ? std::isnan(actual)
                              : std::abs(actual - expected) <= kAbsolute + kRelative * std::abs(expected);
}

bool same(const WakeTable& table, std::size_t l, std::size_t h, std::size_t kind, const Group& group) {
  return static_cast<double>(table.count(l, kind)) == group.count && same(table.awake(l, h, kind), group.awake) &&
         same(table.variance(l, h, kind), group.variance) && same(table.previous(l, h, kind), group.previous);
}

}  // namespace

/// No-op heads of tiny models, and the scan of what wakes them entry by entry.
class TestNoOp : public QObject {
  Q_OBJECT

 private slots:
  void scanAgainstEntries_data() { addModels(); }
  void scanAgainstEntries() {
    const TinyModel tiny = load();
    for (const bool bos : {true, false}) {
      const NoOpRequest request = requestOf(kPrompts, bos);
      const WakeScan scan = noOpOf(tiny, request).scan;
      const auto queries = slowQueries(tiny, request);
      std::size_t windowed = 0, scanned = 0;
      for (const auto& layer : queries) scanned = std::max(scanned, layer[0].size());
      for (std::size_t l = 0; l < queries.size(); ++l) {
        if (queries[l][0].size() < scanned) ++windowed;
        for (std::size_t h = 0; h < queries[l].size(); ++h) {
          const auto at = QString("layer %1, head %2").arg(l).arg(h).toUtf8();
          for (std::size_t kind = 0; kind < scan.tokens.size(); ++kind) {
            const Token& wanted = scan.tokens[kind];
            QVERIFY2(same(scan.byToken, l, h, kind,
                          groupOf(queries[l][h], [&](const Token& token) { return token.id == wanted.id; })),
                     at + ", token " + wanted.bytes.c_str());
          }
          for (std::size_t kind = 0; kind < kTokenClasses.size(); ++kind)
            QVERIFY2(same(scan.byClass, l, h, kind,
                          groupOf(queries[l][h],
                                  [&](const Token& token) { return tokenClass(token) == kTokenClasses[kind]; })),
                     at + ", " + name(kTokenClasses[kind]));
          QVERIFY2(same(scan.overall, l, h, 0, groupOf(queries[l][h], [](const Token&) { return true; })), at);
        }
      }
      if (tiny.model->config().family == "gemma3") QVERIFY2(windowed > 0, "no window was shorter than the prompts");
    }
  }

  void tokensAreThoseOfThePrompts() {
    const WakeScan scan = noOpOf(TinyModel("llama-gqa"), requestOf({"BAB", "CA"})).scan;
    std::string bytes;
    for (const Token& token : scan.tokens) bytes += token.bytes;
    QCOMPARE(bytes, std::string("<bos>ABC"));
    QVERIFY(scan.tokens[0].special);
    // Queries 2 and 3 of <bos>BAB come after B and A; query 2 of <bos>CA after C.
    COMPARE_NUMBERS("counts",
                    (std::vector{scan.byToken.count(0, 0), scan.byToken.count(0, 1), scan.byToken.count(0, 2),
                                 scan.byToken.count(0, 3), scan.overall.count(0, 0)}),
                    (std::vector{0, 1, 1, 1, 3}), 0, 0);
  }

  void restAndDrainAreThoseOfEveryPrompt() {
    const TinyModel tiny("gemma3-tied");
    const NoOpResult result = noOpOf(tiny, requestOf({"ABCDE", "12'34", "XY, Z."}));
    std::vector<NoOpResult> each;
    for (const char* prompt : {"ABCDE", "12'34", "XY, Z."}) each.push_back(noOpOf(tiny, requestOf({prompt})));
    Array<double, 2> rest = result.rest, drain = result.drain;
    for (std::size_t i = 0; i < rest.size(); ++i) {
      rest.values()[i] = (each[0].rest.values()[i] + each[1].rest.values()[i] + each[2].rest.values()[i]) / 3;
      std::vector<double> drains;
      for (const NoOpResult& one : each) drains.push_back(one.drain.values()[i]);
      std::ranges::sort(drains);
      drain.values()[i] = drains[1];
    }
    COMPARE_NUMBERS("rest", result.rest, rest, 1e-6, 0);
    COMPARE_NUMBERS("drain", result.drain, drain, 1e-6, 0);
    const std::vector<std::int64_t> ids = {1, 'A', 'B', 'C', 'D', 'E'};
    const Trace trace = capture(*tiny.model, ids, {}, Job());
    COMPARE_NUMBERS("drain of one", each[0].drain, valueDrain(trace.outputNorm), 1e-6, 0);
    QVERIFY(std::abs(each[0].rest(1, 2) - trace.shares(1, 2, 0)) < 1e-6);
  }

  void classesOfHeads() {
    const HeadClassBounds bounds{0.3, 0.5};
    QCOMPARE(headClass(0.9, 0.1, bounds), HeadClass::NoOp);
    QCOMPARE(headClass(0.9, 0.5, bounds), HeadClass::Broadcast);
    QCOMPARE(headClass(0.9, 2.0, bounds), HeadClass::Broadcast);
    QCOMPARE(headClass(0.3, 0.1, bounds), HeadClass::Active);
    QCOMPARE(headClass(0.1, 2.0, bounds), HeadClass::Active);
    QCOMPARE(headClass(0.9, std::nan(""), bounds), HeadClass::Active);
    QCOMPARE(headClass(std::nan(""), 0.1, bounds), HeadClass::Active);
    QCOMPARE(headClass(0.9, 0.1, {0.95, 0.5}), HeadClass::Active);
    QCOMPARE(headClass(0.9, 0.1, {0.3, 0.05}), HeadClass::Broadcast);
  }

  void allHeadsTogether_data() { addModels(); }
  void allHeadsTogether() {
    const TinyModel tiny = load();
    const WakeScan scan = noOpOf(tiny, requestOf(kPrompts)).scan;
    for (const WakeKinds kinds : {WakeKinds::Tokens, WakeKinds::Classes}) {
      const std::vector<Waker> all = findWakers(scan, kinds, 2);
      std::size_t count = 0;
      for (std::size_t l = 0; l < scan.overall.awake.extent(0); ++l)
        for (std::size_t h = 0; h < scan.overall.awake.extent(1); ++h) count += findWakers(scan, kinds, l, h, 2).size();
      QCOMPARE(all.size(), count);
      QVERIFY(count > 0);
      for (std::size_t i = 0; i < all.size(); ++i) {
        QVERIFY(all[i].low > 0 && (i == 0 || all[i].low <= all[i - 1].low));
        const WakeTable& table = kinds == WakeKinds::Tokens ? scan.byToken : scan.byClass;
        QCOMPARE(all[i].awake, table.awake(all[i].layer, all[i].head, all[i].kind));
        QCOMPARE(all[i].mean, scan.overall.awake(all[i].layer, all[i].head, 0));
      }
    }
  }

  void impossibleRequestsAreErrors() {
    const TinyModel tiny("llama-gqa");
    QVERIFY_THROWS_EXCEPTION(Error, noOpOf(tiny, requestOf({})));
    QVERIFY_THROWS_EXCEPTION(Error, noOpOf(tiny, requestOf({"AB", ""})));
    QVERIFY_THROWS_EXCEPTION(Error, noOpOf(tiny, requestOf({"A"}, false)));
    WakeCollector collector(3, 6, {{Token{50, "2", 0, 1, false}}});
    const Trace trace = capture(*tiny.model, {51}, {}, Job());
    QVERIFY_THROWS_EXCEPTION(Error, collector.add({Token{51, "3", 0, 1, false}}, trace, Job()));
  }

  void stops() {
    std::stop_source source;
    const auto stopSoon = [&](const Progress& progress) {
      if (progress.fraction > 0.5) source.request_stop();
    };
    QVERIFY_THROWS_EXCEPTION(Stopped,
                             noOpOf(TinyModel("llama-gqa"), requestOf(kPrompts), Job(source.get_token(), stopSoon)));
  }

 private:
  static void addModels() {
    QTest::addColumn<QString>("model");
    for (const std::string& name : readingTinyModelNames()) QTest::newRow(name.c_str()) << QString::fromStdString(name);
  }
  static TinyModel load() {
    QFETCH(QString, model);
    return TinyModel(model.toStdString());
  }
};

QTEST_GUILESS_MAIN(TestNoOp)
#include "tst_no_op.moc"
