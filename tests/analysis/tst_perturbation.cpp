#include "core/analysis/perturber.h"
#include "core/error.h"
#include "core/model/demo_models.h"
#include "core/model/tensor_file.h"
#include "tests/compare.h"
#include "tests/streams.h"

#include <ATen/Functions.h>
#include <ATen/TensorOperators.h>

#include <QTest>

#include <cmath>
#include <map>
#include <stop_token>

using namespace sinkscope;

namespace {

const char* const kPrompt =
    "William Shakespeare was the greatest playwright of all time, and his plays are still performed today in every "
    "country.";
const std::map<std::string, Swap> kSwaps = {{"gemma-3-270m", {4, 1791}}, {"smollm2-135m", {4, 1450}}};  // " best"

struct Demo {
  std::shared_ptr<const Model> model;
  std::shared_ptr<const Tokenizer> tokenizer;
  std::unique_ptr<TensorFile> golden;
};

PerturbRequest requestFor(const std::string& name) {
  PerturbRequest request;
  request.model = name;
  request.prompt = kPrompt;
  request.swap = kSwaps.at(name);
  request.conditions.assign(kConditions.begin(), kConditions.end());
  return request;
}

double largest(const at::Tensor& x) {
  return x.abs().max().item<double>();
}

}  // namespace

/// Swaps in the two demo models, against transformers and against two whole passes of our own.
class TestPerturbation : public QObject {
  Q_OBJECT

 private slots:
  void initTestCase() {
    for (const DemoModel& demo : demoModels()) {
      const auto path = resolveModel(demo.name);
      demos_[demo.name] = {loadModel(path, "cpu", Job()), loadTokenizer(path),
                           openTensorFile(SINKSCOPE_TEST_DATA "/perturb/" + demo.name + ".safetensors")};
    }
  }

  void transformersAgree_data() { addModels(); }
  void transformersAgree() {
    const auto& [name, demo] = fetch();
    const auto result = Perturber(demo.model, demo.tokenizer).run(requestFor(name), Job());
    QCOMPARE(result->maps.size(), kConditions.size());
    for (const PerturbMap& map : result->maps) {
      const std::string condition(conditionName(map.condition));
      const auto golden = [&](const char* what) { return demo.golden->read(condition + "." + what); };
      // 1e-3 of the largest change of the map's place: a swapped token's own change dwarfs the others'.
      const at::Tensor l2 = golden("l2");
      for (std::int64_t place = 0; place < l2.size(0); ++place) {
        const std::span<const float> row = map.l2.row(place);
        COMPARE_NUMBERS(condition + " l2 of place " + std::to_string(place), std::vector(row.begin(), row.end()),
                        l2[place], 0, 1e-3 * largest(l2[place]));
      }
      COMPARE_NUMBERS(condition + " norm", map.norm, golden("norm"), 1e-4, 1e-3);
      COMPARE_NUMBERS(condition + " KL", map.divergence, golden("kl"), 2e-3, 1e-5);
      COMPARE_NUMBERS(condition + " alpha_0 before", map.alpha0, golden("alpha0")[0], 0, 1e-4);
      COMPARE_NUMBERS(condition + " alpha_0 after", map.otherAlpha0, golden("alpha0")[1], 0, 1e-4);
      if (map.condition == Condition::Bos) COMPARE_NUMBERS("total variation", map.attention, golden("tv"), 0, 2e-4);
    }
  }

  void nothingChangesBeforeTheSwap_data() { addModels(); }
  void nothingChangesBeforeTheSwap() {
    const auto& [name, demo] = fetch();
    const auto result = Perturber(demo.model, demo.tokenizer).run(requestFor(name), Job());
    for (const PerturbMap& map : result->maps) {
      const std::size_t first = map.alignment.begin;
      QCOMPARE(first, std::size_t(map.before.size() == 21 ? 4 : 5));
      for (std::size_t place = 0; place < map.places(); ++place)
        for (std::size_t t = 0; t < first; ++t)
          QVERIFY(map.l2(place, t) == 0 && map.infinity(place, t) == 0 && map.cosine(place, t) == 0);
      for (std::size_t t = 0; t < first; ++t) {
        QCOMPARE(map.divergence[t], 0.0f);
        QCOMPARE(map.next[t], map.otherNext[t]);
      }
      for (std::size_t t = first + 1; t < map.tokens(); ++t) QCOMPARE(map.l2(0, t), 0.0f);  // nor do later embeddings
      QVERIFY(map.l2(0, first) > 0 && map.l2(map.places() - 1, first + 1) > 0);
    }
  }

  void twoWholePassesAgree_data() { addModels(); }
  void twoWholePassesAgree() {
    const auto& [name, demo] = fetch();
    PerturbRequest request = requestFor(name);
    request.conditions = {Condition::Bos};
    const PerturbMap map = Perturber(demo.model, demo.tokenizer).run(request, Job())->maps.front();
    const at::Tensor before = streams(*demo.model, idsOf(map.before)), after = streams(*demo.model, idsOf(map.after));
    const at::Tensor delta = after - before;
    const double scale = largest(delta.norm(2, -1));
    COMPARE_NUMBERS("l2", map.l2, delta.norm(2, -1), 1e-4, 1e-4 * scale);
    COMPARE_NUMBERS("inf-norm", map.infinity, delta.abs().amax(-1), 1e-4, 1e-4 * scale);
    COMPARE_NUMBERS("1 - cos", map.cosine, 1 - at::cosine_similarity(before, after, -1), 1e-3, 1e-5);
  }

  /// A word of two tokens for one of one: later tokens are compared with themselves, further on.
  void lengthsDiffer() {
    const Demo& demo = demos_.at("gemma-3-270m");
    PerturbRequest request = requestFor("gemma-3-270m");
    request.swap.reset();
    request.other = std::string(kPrompt).replace(std::string(kPrompt).find("greatest"), 8, "most quarrelsome");
    request.conditions = {Condition::Bos};
    const auto result = Perturber(demo.model, demo.tokenizer).run(request, Job());
    const PerturbMap& map = result->maps.front();
    const Alignment& a = map.alignment;
    QVERIFY2(!result->note.empty() && !a.sameLength(), result->note.c_str());
    QCOMPARE(a.begin, std::size_t{5});
    QCOMPARE(a.end, std::size_t{6});
    const at::Tensor before = streams(*demo.model, idsOf(map.before)), after = streams(*demo.model, idsOf(map.after));
    const at::Tensor change = (after.slice(1, a.otherEnd) - before.slice(1, a.end)).norm(2, -1);
    for (std::size_t place = 0; place < map.places(); ++place) {
      QVERIFY(std::isnan(map.l2(place, 5)));
      const std::span<const float> row = map.l2.row(place);
      COMPARE_NUMBERS("l2", std::vector(row.begin() + 6, row.end()), change[static_cast<std::int64_t>(place)], 1e-3,
                      1e-2);
    }
    QVERIFY(std::isnan(spread(map, ChangeNorm::L2).back()));
    QVERIFY(meanChange(map, ChangeNorm::L2).back() > 0);
  }

  /// What theory says of Gemma: without <bos> a swap spreads further. And of SmolLM2, which has no fixed <bos>: no
  /// difference.
  void theSinkSlowsTheSpread() {
    const auto after = [this](const std::string& name) {
      const Demo& demo = demos_.at(name);
      PerturbRequest request = requestFor(name);
      request.conditions = {Condition::Bos, Condition::NoBos};
      const auto result = Perturber(demo.model, demo.tokenizer).run(request, Job());
      std::vector<double> changes;
      for (const PerturbMap& map : result->maps)
        changes.push_back(meanChange(map, ChangeNorm::Relative)[map.places() - 2]);
      return changes;
    };
    COMPARE_NUMBERS("Gemma 3", after("gemma-3-270m"), (std::vector{0.054, 0.101}), 0, 1e-3);
    COMPARE_NUMBERS("SmolLM2", after("smollm2-135m"), (std::vector{0.144, 0.150}), 0, 1e-3);
  }

  /// The same passes are used again, and a later swap gives what it gives alone.
  void aSecondSwapReusesThePasses() {
    const Demo& demo = demos_.at("smollm2-135m");
    Perturber perturber(demo.model, demo.tokenizer);
    PerturbRequest request = requestFor("smollm2-135m");
    perturber.run(request, Job());
    request.swap = Swap{9, 1450};
    const auto again = perturber.run(request, Job());
    const auto alone = Perturber(demo.model, demo.tokenizer).run(request, Job());
    for (std::size_t i = 0; i < kConditions.size(); ++i) QCOMPARE(again->maps[i].l2, alone->maps[i].l2);
  }

  void badRequestsAreOneSentence_data() {
    QTest::addColumn<int>("what");
    QTest::addColumn<QString>("says");
    QTest::newRow("position") << 0 << "There is no token 21";
    QTest::newRow("same") << 1 << "same tokens";
    QTest::newRow("empty") << 2 << "no tokens";
    QTest::newRow("id") << 3 << "vocabulary";
    QTest::newRow("conditions") << 4 << "no condition";
  }
  void badRequestsAreOneSentence() {
    QFETCH(int, what);
    QFETCH(QString, says);
    const Demo& demo = demos_.at("smollm2-135m");
    PerturbRequest request = requestFor("smollm2-135m");
    if (what == 0) request.swap->position = 21;
    if (what == 1) request.swap->id = 6250;
    if (what == 2) request.prompt.clear();
    if (what == 3) request.swap->id = 1 << 20;
    if (what == 4) request.conditions.clear();
    try {
      Perturber(demo.model, demo.tokenizer).run(request, Job());
      QFAIL("nothing was said");
    } catch (const Error& error) {
      QVERIFY2(QString(error.what()).contains(says), error.what());
    }
  }

  void stops() {
    const Demo& demo = demos_.at("smollm2-135m");
    std::stop_source source;
    source.request_stop();
    QVERIFY_THROWS_EXCEPTION(
        Stopped, Perturber(demo.model, demo.tokenizer).run(requestFor("smollm2-135m"), Job(source.get_token())));
  }

 private:
  static void addModels() {
    QTest::addColumn<QString>("name");
    for (const DemoModel& demo : demoModels()) QTest::newRow(demo.name.c_str()) << QString::fromStdString(demo.name);
  }
  std::pair<std::string, const Demo&> fetch() const {
    QFETCH(QString, name);
    return {name.toStdString(), demos_.at(name.toStdString())};
  }

  std::map<std::string, Demo> demos_;
};

QTEST_GUILESS_MAIN(TestPerturbation)
#include "tst_perturbation.moc"
