#include "core/analysis/explore.h"
#include "tests/byte_tokenizer.h"
#include "tests/compare.h"
#include "tests/tiny_model.h"

#include <QTemporaryDir>
#include <QTest>

#include <barrier>
#include <thread>

using namespace sinkscope;

namespace {

/// Processes as threads that add up their numbers in turn.
class Team {
 public:
  explicit Team(std::int64_t size) : size_(size), meeting_(size) {}

  class Member : public ProcessGroup {
   public:
    Member(Team& team, std::int64_t rank) : team_(team), rank_(rank) {}
    std::int64_t rank() const override { return rank_; }
    std::int64_t size() const override { return team_.size_; }
    void sum(at::Tensor& values) override {
      if (rank_ == 0) team_.sum_ = at::zeros_like(values);
      for (std::int64_t turn = 0; turn < team_.size_; ++turn) {
        wait();
        if (turn == rank_) team_.sum_.add_(values);
      }
      wait();
      values.copy_(team_.sum_);
      wait();
    }
    void wait() override { team_.meeting_.arrive_and_wait(); }

   private:
    Team& team_;
    std::int64_t rank_;
  };

 private:
  std::int64_t size_;
  std::barrier<> meeting_;
  at::Tensor sum_;
};

ExploreRequest request(std::uint64_t arrayBudget) {
  ExploreRequest request;
  request.prompts = {"A DARK FOG ROLLED IN", "A", "HEAR ME, OR GO HOME FOR GOOD"};
  request.arrayBudgetBytes = arrayBudget;
  request.keep = Keep::Statistics;
  return request;
}

void comparePlain(const PromptResult& a, const PromptResult& b) {
  QCOMPARE(a.tokens, b.tokens);
  QCOMPARE(a.shares.windows, b.shares.windows);
  QVERIFY(a.residualNorm == b.residualNorm);
  QCOMPARE(a.tokenLoss, b.tokenLoss);
  QVERIFY(a.next == b.next);
}

void compareWhole(const PromptResult& a, const PromptResult& b) {
  comparePlain(a, b);
  QVERIFY(!a.isSummary() && !b.isSummary());
  QVERIFY(a.shares.shares == b.shares.shares && a.rowEntropy == b.rowEntropy);
  QVERIFY(a.valueNorm == b.valueNorm && a.outputNorm == b.outputNorm);
}

void compareSummary(const PromptResult& summary, const PromptResult& whole) {
  comparePlain(summary, whole);
  QVERIFY(summary.isSummary() && !whole.isSummary());
  QVERIFY(summary.rowEntropy.empty() && summary.valueNorm.empty() && summary.outputNorm.empty());
  QCOMPARE(summary.shares.tokens(), whole.tokens.size());
  COMPARE_NUMBERS("drain", summary.valueDrain(), whole.valueDrain(), 1e-6, 0);
  for (std::size_t layer = 0; layer < summary.shares.shares.extent(0); ++layer)
    for (std::size_t head = 0; head < summary.shares.shares.extent(1); ++head) {
      QCOMPARE(summary.shares.shares(layer, head, 0), whole.shares.shares(layer, head, 0));
      QVERIFY(std::abs(summary.entropyOf(layer, head) - whole.entropyOf(layer, head)) < 1e-6);
    }
}

void compareExplorations(const ExploreResult& some, const ExploreResult& all) {
  QCOMPARE(some.prompts.size(), all.prompts.size());
  compareWhole(some.prompts[0], all.prompts[0]);
  for (std::size_t i = 1; i < some.prompts.size(); ++i) compareSummary(some.prompts[i], all.prompts[i]);
  // Whatever is said of the first token is the same, from summaries and from the whole alike.
  std::vector<PromptShares> summaries, whole;
  for (const PromptResult& prompt : some.prompts) summaries.push_back(prompt.shares);
  for (const PromptResult& prompt : all.prompts) whole.push_back(prompt.shares);
  for (const bool query0 : {true, false}) {
    for (const double epsilon : {0.0, 0.1, 0.3, 0.8}) {
      QCOMPARE(sinkRate(summaries, epsilon, 0, query0), sinkRate(whole, epsilon, 0, query0));
      QCOMPARE(sinkRateByLayer(some.shares(), epsilon, 0, query0), sinkRateByLayer(whole, epsilon, 0, query0));
    }
    QCOMPARE(meanShare(some.shares(), 0, query0), meanShare(whole, 0, query0));
    QCOMPARE(uniformBaseline(some.shares(), query0), uniformBaseline(whole, query0));
  }
}

}  // namespace

/// Results whose arrays over tokens need more than their budget, against the same results whole.
class ExploreTest : public QObject {
  Q_OBJECT

  QTemporaryDir folder_;

  static Exploration explored(const Model& model, std::uint64_t arrayBudget, ProcessGroup& group = *singleProcess()) {
    return explore(model, ByteTokenizer(model.config().vocabulary), request(arrayBudget), Job(), group);
  }
  static std::shared_ptr<const Model> load(const std::string& name, WeightsAs weights = WeightsAs::Fitting) {
    return loadModel(std::filesystem::path(SINKSCOPE_TEST_DATA) / "tiny" / name, {.weights = weights}, Job());
  }
  static void addModels() {
    QTest::addColumn<std::string>("name");
    for (const std::string& name : readingTinyModelNames()) QTest::newRow(name.c_str()) << name;
  }

 private slots:
  void initTestCase() { qputenv("XDG_CACHE_HOME", QFile::encodeName(folder_.path())); }

  void keepsAllThatFits() {
    const auto model = load("llama-gqa");
    std::int64_t tokens = 3;  // <bos> of each
    for (const std::string& prompt : request(0).prompts) tokens += static_cast<std::int64_t>(prompt.size());
    const std::uint64_t needed = planTrace(model->config(), tokens, Keep::Statistics, 0).bytes;
    const auto fits = explored(*model, needed).result, lacks = explored(*model, needed - 1).result;
    QVERIFY2(fits->note.empty(), fits->note.c_str());
    for (const PromptResult& prompt : fits->prompts) QVERIFY(!prompt.isSummary());
    QVERIFY2(lacks->note.find("of the first prompt alone: those of 3 prompts need more than") != std::string::npos,
             lacks->note.c_str());
    QVERIFY(!lacks->prompts[0].isSummary() && lacks->prompts[1].isSummary());
  }

  void ordinaryModelsStayWhole() {
    // 170 prompts of 64 tokens, by the budget that a request has unless told.
    const auto fits = [](std::int64_t layers, std::int64_t heads) {
      ModelConfig config;
      config.layers = layers;
      config.heads = config.keyHeads = heads;
      const ExploreRequest request;
      return planTrace(config, 170 * 64, Keep::Statistics, 0).bytes <= request.arrayBudgetBytes;
    };
    QVERIFY(fits(30, 9));      // SmolLM2 135M
    QVERIFY(fits(36, 20));     // GPT-2 large
    QVERIFY(fits(32, 32));     // LLaMa 3.1 8B
    QVERIFY(!fits(126, 128));  // LLaMa 3.1 405B
  }

  void summariesAreTheSame_data() { addModels(); }
  void summariesAreTheSame() {
    QFETCH(std::string, name);
    const auto model = load(name);
    compareExplorations(*explored(*model, 0).result, *explored(*model, std::uint64_t{1} << 30).result);
  }

  void attentionBringsItsArrays() {
    const auto model = load("llama-gqa");
    ExploreRequest keeping = request(0);
    keeping.keep = Keep::Attention;
    const Exploration kept = explore(*model, ByteTokenizer(model->config().vocabulary), keeping, Job());
    for (std::size_t i = 0; i < kept.traces.size(); ++i)
      QVERIFY(kept.traces[i]->hasAttention() && !kept.result->prompts[i].isSummary());
  }

  void streamedWeights() {
    const auto stored = load("llama-gqa", WeightsAs::Stored), streamed = load("llama-gqa", WeightsAs::Streamed);
    compareExplorations(*explored(*streamed, 0).result, *explored(*stored, std::uint64_t{1} << 30).result);
  }

  void sharedAmongProcesses() {
    const auto model = load("gemma3-tied");
    const auto alone = explored(*model, std::uint64_t{1} << 30).result;
    for (const std::int64_t size : {2, 3, 4}) {
      Team team(size);
      std::vector<std::shared_ptr<const ExploreResult>> results(static_cast<std::size_t>(size));
      {
        std::vector<std::jthread> processes;
        for (std::int64_t rank = 0; rank < size; ++rank)
          processes.emplace_back([&, rank] {
            Team::Member member(team, rank);
            results[static_cast<std::size_t>(rank)] = explored(*model, 0, member).result;
          });
      }
      for (const auto& result : results) compareExplorations(*result, *alone);
    }
  }
};

QTEST_GUILESS_MAIN(ExploreTest)
#include "tst_explore.moc"
