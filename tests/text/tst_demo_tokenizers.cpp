#include "core/model/demo_models.h"
#include "tests/text/token_goldens.h"

using namespace sinkscope;
using namespace token_goldens;

/// The vocabularies of the two demo models against Hugging Face's ids.
class TestDemoTokenizers : public QObject {
  Q_OBJECT

 private slots:
  void smollm() {
    const auto tokenizer = loadTokenizer(resolveModel("smollm2-135m"));
    QCOMPARE(tokenizer->size(), 49152);
    QCOMPARE(tokenizer->bos(), std::optional<std::int64_t>(1));
    QCOMPARE(tokenizer->bytesOf(1), std::string("<|im_start|>"));
    QVERIFY(!tokenizer->addsBos());
    compareModelGoldens(*tokenizer, "smollm2-135m");
    compareGoldens(*tokenizer, "smollm2-135m");
  }

  void gemma() {
    const auto tokenizer = loadTokenizer(resolveModel("gemma-3-270m"));
    QCOMPARE(tokenizer->size(), 262144);
    QCOMPARE(tokenizer->bos(), std::optional<std::int64_t>(2));
    QCOMPARE(tokenizer->eos(), std::optional<std::int64_t>(1));
    QCOMPARE(tokenizer->bytesOf(2), std::string("<bos>"));
    QVERIFY(tokenizer->addsBos());
    compareModelGoldens(*tokenizer, "gemma-3-270m");
    compareGoldens(*tokenizer, "gemma-3-270m");
    compareGoldens(*tokenizer, "gemma-3-270m with special tokens", {.parseSpecial = true});
    for (const Token& token : tokenizer->encode("a <bos> is text")) QVERIFY(!token.special);
  }
};

QTEST_GUILESS_MAIN(TestDemoTokenizers)
#include "tst_demo_tokenizers.moc"
