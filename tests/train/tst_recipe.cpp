#include "core/train/recipe.h"

#include "tests/model/damage.h"

#include <QTest>

#include <nlohmann/json.hpp>

#include <cmath>
#include <numbers>

using namespace sinkscope;
using damage::errorOf;

namespace {

nlohmann::json json(const std::string& change = "{}") {
  nlohmann::json all = nlohmann::json::parse(R"({
    "corpus": {"sources": ["text.txt"], "vocabulary": 300},
    "model": {"layers": 2, "heads": 4, "width": 32, "feed_forward_width": 48},
    "packing": {"context": 16}, "tokens_per_step": 64, "steps": 100})");
  all.merge_patch(nlohmann::json::parse(change));
  return all;
}

Recipe recipe(const std::string& change = "{}") {
  return recipeFromJson(json(change).dump(), "r.json");
}

}  // namespace

/// Recipes as JSON, what they leave out and what they may not say.
class RecipeTest : public QObject {
  Q_OBJECT

 private slots:
  void defaults() {
    const Recipe read = recipe();
    QCOMPARE(read.model.keyHeads, 4);
    QCOMPARE(read.model.headWidth, 8);
    QCOMPARE(read.model.vocabulary, 300);
    QCOMPARE(read.model.contextLength, 16);
    QCOMPARE(read.model.attentionScale, 1.0 / std::sqrt(8.0));
    QCOMPARE(read.model.perLayer, std::vector<LayerConfig>(2));
    QCOMPARE(read.model.family, "llama");
    QCOMPARE(read.windowsAt(0), 4);
    QCOMPARE(recipe(R"({"model": {"output_gate": true}})").model.family, "sinkscope");
    const OptimizerRecipe untouched;
    QVERIFY(read.optimizer == untouched);
  }

  void roundTrip() {
    const Recipe read = recipe(R"({
      "name": "n", "note": "\u00e9", "seed": 7, "steps": 90, "windows_at_a_time": 2, "bfloat16": true,
      "corpus": {"tokenizer": "t.model", "tokenizer_kind": "unigram", "validation": 0.2, "tokens": 1000},
      "model": {"key_heads": 2, "head_width": 6, "norm_epsilon": 1e-6, "norms": "post", "query_key_norm": true,
                "tied_embedding": true, "positions": "learned", "rope_base": 500, "extra_key": "sink_logit",
                "output_gate": true, "window": 9, "first_keys": 1, "initial_deviation": 0.03},
      "packing": {"bos": "document", "prefix": 3},
      "curriculum": [{"step": 5, "context": 32, "bos": "none"}, {"step": 9, "context": 8}],
      "placed_tokens": [{"position": 1, "id": 4}, {"position": 2}],
      "optimizer": {"learning_rate": 0.002, "final_rate": 0.3, "schedule": "wsd", "warmup": 3, "decay_steps": 20,
                    "weight_decay": 0.2, "beta1": 0.8, "beta2": 0.9, "epsilon": 1e-6, "clip": 0},
      "measure": {"every": 4, "windows": 5, "epsilons": [0.1], "sample_every": 6, "checkpoint_every": 7}})");
    QVERIFY(recipeFromJson(toJson(read), "again") == read);
    QCOMPARE(read.model.contextLength, 32);
    QCOMPARE(read.packingAt(4).context, 16);
    QCOMPARE(read.packingAt(5).context, 32);
    QCOMPARE(read.windowsAt(8), 2);
    QCOMPARE(read.windowsAt(9), 8);
    QCOMPARE(read.placed[1].id, -1);
    QVERIFY(!(read == recipe()));
  }

  void refused_data() {
    QTest::addColumn<std::string>("change");
    QTest::addColumn<QString>("sentence");
    const auto add = [](const char* change, const char* sentence) {
      QTest::newRow(change) << std::string(change) << QString(sentence);
    };
    const auto expected = [&](const char* change, const char* field, const char* what) {
      add(change, qPrintable(QString("r.json: the field '%1' is expected to be %2.").arg(field, what)));
    };
    expected(R"({"corpus": {"sources": []}})", "corpus.sources", "a list of at least one text");
    expected(R"({"corpus": {"tokenizer_kind": "word"}})", "corpus.tokenizer_kind", "'bpe' or 'unigram'");
    expected(R"({"corpus": {"validation": 0}})", "corpus.validation", "between 0 and 1");
    expected(R"({"corpus": {"validation": 1}})", "corpus.validation", "between 0 and 1");
    expected(R"({"corpus": {"tokens": -1}})", "corpus.tokens", "0 or more");
    expected(R"({"model": {"initial_deviation": 0}})", "model.initial_deviation", "a positive number");
    expected(R"({"steps": 0})", "steps", "1 or more");
    expected(R"({"curriculum": [{"step": 0, "context": 16}]})", "curriculum",
             "phases in the order of their steps, from step 1 on");
    expected(R"({"curriculum": [{"step": 5, "context": 16}, {"step": 5, "context": 16}]})", "curriculum",
             "phases in the order of their steps, from step 1 on");
    expected(R"({"packing": {"context": 4}})", "packing.context", "8 tokens or more");
    expected(R"({"tokens_per_step": 65})", "tokens_per_step", "a multiple of the context of 16 tokens");
    expected(R"({"tokens_per_step": 8})", "tokens_per_step", "a multiple of the context of 16 tokens");
    expected(R"({"packing": {"mask": "documents", "bos": "separator"}})", "packing.bos",
             "'none', 'document' or 'fixed' where attention stays within documents");
    expected(R"({"packing": {"mask": "documents"}, "model": {"window": 5}})", "packing.mask",
             "'causal' for attention with a window");
    expected(R"({"packing": {"prefix": 16}})", "packing.prefix", "0 ... the context less 1");
    expected(R"({"packing": {"mask": "documents", "prefix": 2}})", "packing.prefix", "0 within documents");
    expected(R"({"packing": {"prefix": 2}, "model": {"weights": "sigmoid"}})", "packing.prefix",
             "0 where weights are sigmoids");
    expected(R"({"packing": {"prefix": 2}, "model": {"positions": "alibi"}})", "packing.prefix",
             "0 with ALiBi, which knows no distance to later tokens");
    expected(R"({"placed_tokens": [{"position": 16}]})", "placed_tokens", "positions within the window");
    expected(R"({"placed_tokens": [{"position": 1, "id": 300}]})", "placed_tokens", "ids of the vocabulary, or -1");
    expected(R"({"optimizer": {"learning_rate": 0}})", "optimizer.learning_rate", "a positive number");
    expected(R"({"optimizer": {"final_rate": 1.5}})", "optimizer.final_rate", "a share, 0 ... 1");
    expected(R"({"optimizer": {"warmup": -1}})", "optimizer.warmup", "0 steps or more");
    expected(R"({"optimizer": {"decay_steps": -1}})", "optimizer.decay_steps", "0 steps or more");
    expected(R"({"optimizer": {"weight_decay": -0.1}})", "optimizer.weight_decay", "0 or more");
    expected(R"({"optimizer": {"beta1": 1}})", "optimizer.beta1", "at least 0 and below 1");
    expected(R"({"optimizer": {"beta2": 1}})", "optimizer.beta2", "at least 0 and below 1");
    expected(R"({"optimizer": {"epsilon": 0}})", "optimizer.epsilon", "a positive number");
    expected(R"({"optimizer": {"clip": -1}})", "optimizer.clip", "0 or more");
    expected(R"({"windows_at_a_time": -1})", "windows_at_a_time", "0 (all) or more");
    expected(R"({"measure": {"every": 0}})", "measure.every", "1 step or more");
    expected(R"({"measure": {"windows": 0}})", "measure.windows", "1 or more");
    expected(R"({"measure": {"epsilons": []}})", "measure.epsilons", "a list of at least one threshold");
    expected(R"({"measure": {"sample_every": -1}})", "measure.sample_every", "0 (none) or more");
    expected(R"({"measure": {"checkpoint_every": 0}})", "measure.checkpoint_every", "1 step or more");
  }
  void refused() {
    QFETCH(std::string, change);
    QFETCH(QString, sentence);
    QCOMPARE(errorOf([&] { recipe(change); }), sentence);
  }

  // Each sentence names the field.
  void wrongKinds_data() {
    QTest::addColumn<std::string>("change");
    QTest::addColumn<QString>("field");
    for (const auto& [change, field] : std::vector<std::pair<const char*, const char*>>{
             {R"({"steps": "many"})", "steps"},
             {R"({"steps": 1.5})", "steps"},
             {R"({"seed": -1})", "seed"},
             {R"({"stepz": 5})", "stepz"},
             {R"({"model": {"stepz": 5}})", "stepz"},
             {R"({"model": 5})", "model"},
             {R"({"model": {"positions": "polar"}})", "positions"},
             {R"({"model": {"output_gate": 1}})", "output_gate"},
             {R"({"corpus": {"sources": [1]}})", "sources"},
             {R"({"measure": {"epsilons": ["a"]}})", "epsilons"},
             {R"({"curriculum": {}})", "curriculum"},
             {R"({"curriculum": [3]})", "curriculum"},
             {R"({"optimizer": {"learning_rate": "fast"}})", "learning_rate"}})
      QTest::newRow(change) << std::string(change) << QString(field);
  }
  void wrongKinds() {
    QFETCH(std::string, change);
    QFETCH(QString, field);
    const QString sentence = errorOf([&] { recipe(change); });
    QVERIFY2(sentence.startsWith("r.json") && sentence.contains("'" + field + "'"), qPrintable(sentence));
  }

  void schedules() {
    const auto rates = [](const char* optimizer) {
      const Recipe read = recipe(std::string(R"({"optimizer": )") + optimizer + "}");
      std::vector<double> values;
      for (std::int64_t step = 0; step < read.steps; ++step) values.push_back(learningRateAt(read, step));
      return values;
    };
    const auto compare = [](const std::vector<double>& actual, const auto& formula) {
      for (std::size_t step = 0; step < actual.size(); ++step) {
        const double expected = step < 10 ? 0.5 * (static_cast<double>(step) + 1.0) / 10.0 : formula(step);
        if (std::abs(actual[step] - expected) > 1e-14) return QString("step %1").arg(step);
      }
      return QString();
    };
    const char* const common = R"("learning_rate": 0.5, "final_rate": 0.2, "warmup": 10)";
    const auto with = [&](const char* more) { return std::string("{") + common + more + "}"; };
    QCOMPARE(compare(rates(with(R"(, "schedule": "constant")").c_str()), [](std::size_t) { return 0.5; }), QString());
    QCOMPARE(compare(rates(with(R"(, "schedule": "cosine")").c_str()),
                     [](std::size_t step) {
                       const double share = (static_cast<double>(step) - 10.0) / 90.0;
                       return 0.1 + 0.4 * (1.0 + std::cos(std::numbers::pi * share)) / 2.0;
                     }),
             QString());
    QCOMPARE(compare(rates(with(R"(, "schedule": "wsd", "decay_steps": 40)").c_str()),
                     [](std::size_t step) {
                       const double after = static_cast<double>(step) - 60.0;
                       return after <= 0.0 ? 0.5 : 0.5 - 0.4 * after / 40.0;
                     }),
             QString());
  }
};

QTEST_GUILESS_MAIN(RecipeTest)
#include "tst_recipe.moc"
