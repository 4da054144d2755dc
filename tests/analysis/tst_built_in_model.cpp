#include "core/analysis/explore.h"
#include "core/model/demo_models.h"
#include "core/model/model.h"
#include "core/text/english_prompts.h"
#include "core/text/tokenizer.h"

#include <QTest>

#include <algorithm>
#include <filesystem>
#include <numeric>

using namespace sinkscope;

/// What the model that comes along is for: a sink that anybody can see without fetching anything.
class BuiltInModelTest : public QObject {
  Q_OBJECT

 private:
  static ExploreResult explored(bool bos) {
    static const auto model = loadModel(resolveModel(kBuiltInModel), "cpu", Job());
    static const auto tokenizer = loadTokenizer(resolveModel(kBuiltInModel));
    ExploreRequest request;
    request.prompts.assign(englishPrompts().begin(), englishPrompts().begin() + 20);
    request.bos = bos;
    request.keep = Keep::Statistics;
    return *explore(*model, *tokenizer, request, Job()).result;
  }
  static double loss(const ExploreResult& result) {
    double sum = 0.0;
    for (const PromptResult& prompt : result.prompts) sum += prompt.loss();
    return sum / static_cast<double>(result.prompts.size());
  }

 private slots:
  void smallEnoughToComeAlong() {
    std::uintmax_t bytes = 0;
    for (const auto& file : std::filesystem::directory_iterator(resolveModel(kBuiltInModel))) bytes += file.file_size();
    QVERIFY2(bytes < 6'000'000, std::to_string(bytes).c_str());
  }

  void itsFirstTokenIsASinkAndOnlyBosIs() {
    const ExploreResult with = explored(true), without = explored(false);
    QCOMPARE(with.bosText, std::string("<bos>"));
    const double rate = sinkRate(with.shares(), 0.3), rateWithout = sinkRate(without.shares(), 0.3);
    QVERIFY2(rate > 0.4 && rateWithout < 0.1, qPrintable(QString("%1, %2").arg(rate).arg(rateWithout)));
    QVERIFY(meanShare(with.shares()) > 3.0 * uniformBaseline(with.shares()));
    std::vector<double> drains;
    for (const PromptResult& prompt : with.prompts) {
      const Array<double, 2> drain = valueDrain(prompt.outputNorm);
      drains.insert(drains.end(), drain.values().begin(), drain.values().end());
    }
    QVERIFY2(median(drains) < 0.5, std::to_string(median(drains)).c_str());
  }

  // A model that knew nothing of English would lose log 1024 = 6.93.
  void itKnowsSomeEnglish() { QVERIFY2(loss(explored(true)) < 4.5, std::to_string(loss(explored(true))).c_str()); }
};

QTEST_GUILESS_MAIN(BuiltInModelTest)
#include "tst_built_in_model.moc"
