#include "core/analysis/ablation.h"
#include "core/model/demo_models.h"
#include "core/model/tensor_file.h"
#include "tests/compare.h"

#include <ATen/Functions.h>

#include <QTest>

#include <map>

using namespace sinkscope;

namespace {

const char* const kPrompt =
    "William Shakespeare was the greatest playwright of all time, and his plays are still performed today in every "
    "country.";

// As in make_ablation_goldens.py.
const std::vector<std::string> kCases{
    "remove",   "remove:3.2,5.*@4-9", "remove=mean:2-4.1",    "hide",        "hide:0-3.0,7.2",
    "value",    "value=0.5:*.1",      "value=mean:4-6.*@0,3", "off-by-one",  "off-by-one:6.0",
    "window=6", "window=6+2",         "first= and",           "prepend= and"};

}  // namespace

/// Interventions on the two demo models, against an attention function of Python's in transformers.
class TestAblationGoldens : public QObject {
  Q_OBJECT

 private slots:
  void transformersAgree_data() {
    QTest::addColumn<std::string>("name");
    for (const DemoModel& demo : demoModels()) QTest::newRow(demo.name.c_str()) << demo.name;
  }
  void transformersAgree() {
    QFETCH(std::string, name);
    const auto path = resolveModel(name);
    const auto golden = openTensorFile(SINKSCOPE_TEST_DATA "/ablation/" + name + ".safetensors");
    AblationRequest request;
    request.model = name;
    request.prompts = {kPrompt};
    for (const std::string& one : kCases) request.interventions.push_back(parseIntervention(one));
    const AblationResult result = ablate(*loadModel(path, "cpu", Job()), *loadTokenizer(path), request, Job());
    QCOMPARE(result.prompts.front().swapPosition, kSwaps.at(name).first);
    QCOMPARE(result.prompts.front().swapId, kSwaps.at(name).second);
    compare("untouched", result.untouched, *golden);
    for (std::size_t i = 0; i < kCases.size(); ++i) compare(std::to_string(i), result.changed[i], *golden);
  }

 private:
  static void compare(const std::string& number, const AblationOutcome& outcome, const TensorFile& golden) {
    const std::string name = number == "untouched" ? number : kCases[std::stoul(number)];
    const auto read = [&](const char* what) { return golden.read(number + "." + what); };
    const double spreadSize = read("spread").abs().max().item<double>();
    const double changeSize = read("change").abs().max().item<double>();
    COMPARE_NUMBERS(name + " loss", outcome.lossAt, read("loss_at"), 1e-3, 1e-3);
    COMPARE_NUMBERS(name + " KL", outcome.divergence, read("kl").reshape({1}), 2e-3, 1e-5);
    const auto shape = outcome.share.shape();
    COMPARE_NUMBERS(name + " alpha_0", meanHeadShares(outcome.share), read("alpha0"), 0, 1e-4);
    QCOMPARE(shape[0], std::size_t(1));
    COMPARE_NUMBERS(name + " change", meanOverPrompts(outcome.change), read("change"), 0, 1e-3 * changeSize + 1e-12);
    COMPARE_NUMBERS(name + " spread", meanOverPrompts(outcome.spread), read("spread"), 0, 1e-3 * spreadSize + 1e-12);
  }

  // Position in the text, id of the other token: as the seed gives them.
  static inline const std::map<std::string, std::pair<std::int64_t, std::int64_t>> kSwaps{{"gemma-3-270m", {10, 541}},
                                                                                          {"smollm2-135m", {10, 329}}};
};

QTEST_APPLESS_MAIN(TestAblationGoldens)
#include "tst_ablation_goldens.moc"
