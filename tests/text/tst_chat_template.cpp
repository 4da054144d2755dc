#include "core/text/chat_template.h"

#include "core/model/demo_models.h"
#include "tests/text/chat_goldens.h"
#include "tests/text/json_vocabulary.h"

using namespace sinkscope;
using namespace token_goldens;

/// Messages in a template's markup, as transformers writes and encodes them (tests/data/make_chat_goldens.py).
class TestChatTemplate : public QObject, private JsonVocabulary {
  Q_OBJECT

 public:
  TestChatTemplate() : JsonVocabulary("tokenizer.json") {}

 private slots:
  void init() {
    json_ = readObject(dataPath("tokens/bytes.json"));
    for (const char* name : {"chat_template.jinja", "tokenizer_config.json"}) QFile::remove(folder_.filePath(name));
  }

  void asTransformers_data() {
    QTest::addColumn<QString>("source");
    for (const QString& name : chatGoldens("templates").keys()) {
      QFile file(dataPath("chat/" + name));
      QVERIFY(file.open(QIODevice::ReadOnly));
      QTest::newRow(qPrintable(name)) << QString::fromUtf8(file.readAll());
    }
  }

  void asTransformers() {
    QFETCH(QString, source);
    write({{"bos_token", "<|im_start|>"}, {"eos_token", "<|end|>"}, {"chat_template", source}});
    compareChat(*read(), chatGoldens("templates")[QTest::currentDataTag()].toArray());
  }

  void demoModel() {
    compareChat(*loadTokenizer(resolveModel("smollm2-135m")), chatGoldens("published")["smollm2-135m"].toArray());
  }

  void spansAreThoseOfTheMessage() {
    write({{"bos_token", "<|end|>"}, {"chat_template", "{{ bos_token }}[{{ messages[0].content | trim }}]"}});
    const auto tokenizer = read();
    const std::string message = " [b]  ";
    const auto tokens = tokenizer->encode(message, {.addBos = true, .chat = true});
    QCOMPARE(tokens.size(), std::size_t{6});
    const std::vector<std::pair<std::size_t, std::size_t>> spans{{1, 1}, {1, 1}, {1, 2}, {2, 3}, {3, 4}, {4, 4}};
    for (std::size_t i = 0; i < spans.size(); ++i) QVERIFY(spans[i] == std::pair(tokens[i].begin, tokens[i].end));
    QCOMPARE(tokenizer->encode(message, {.addBos = true, .chat = true, .limit = 2}).size(), std::size_t{2});
    QCOMPARE(text(tokenizer->encodeIds(message, {.addBos = true, .chat = true})), text(idsOf(tokens)));
  }

  /// A template that names <bos> puts it first, unless it is not wanted; one that writes it out always does.
  void bos() {
    const auto ids = [](const Tokenizer& tokenizer, bool addBos) {
      return text(tokenizer.encodeIds("a", {.addBos = addBos, .chat = true}));
    };
    write({{"bos_token", "<|end|>"}, {"chat_template", "{{ bos_token + messages[0].content }}"}});
    const auto named = read();
    QVERIFY(named->addsBosTo(true));
    QCOMPARE(ids(*named, true), "0 " + ids(*named, false));
    write({{"bos_token", "<|end|>"}, {"chat_template", "<|end|>{{ messages[0].content }}"}});
    const auto written = read();
    QVERIFY(!written->addsBosTo(true));
    QCOMPARE(ids(*written, true), ids(*named, true));
    QCOMPARE(ids(*written, false), ids(*named, true));
    write({{"bos_token", "<|end|>"}, {"chat_template", "{{ messages[0].content }}"}});
    QCOMPARE(ids(*read(), true), ids(*named, true));
  }

  void whereTemplatesLie() {
    QVERIFY(read()->chatTemplate().problem().find("comes without a chat template") != std::string::npos);
    COMPARE_ERROR(read()->encode("a", {.chat = true}), "comes without a chat template");
    const auto shown = [this] { return read()->chatTemplate().render("a", "", ""); };
    write({{"chat_template", "one {{ messages[0].content }}"}});
    QCOMPARE(shown(), std::string("one a"));
    const QJsonObject tools{{"name", "tool_use"}, {"template", "no"}}, plain{{"name", "default"}, {"template", "two"}};
    write({{"chat_template", QJsonArray{tools, plain}}});
    QCOMPARE(shown(), std::string("two"));
    writeFile("chat_template.jinja", "three {{ strftime_now('%d %B %Y, %A') }}");
    QCOMPARE(shown(), std::string("three 26 July 2024, Friday"));
  }

  void problemsAreSentences() {
    write({{"chat_template", "{% if messages %}"}});
    const auto broken = read();  // the vocabulary is good all the same
    QVERIFY(broken->chatTemplate().problem().find("tokenizer_config.json: chat_template is no template that") !=
            std::string::npos);
    QCOMPARE(broken->addsBosTo(true), broken->addsBos());
    write({{"chat_template", "{{ raise_exception('Only tools may speak.') }}"}});
    COMPARE_ERROR(read()->encode("a", {.chat = true}), "can't put this message in its markup: ");
    COMPARE_ERROR(read()->encode("a", {.chat = true}), "Only tools may speak");
    write({{"chat_template", "{#" + QString(30000, 'x') + "#}{{ messages[0].content }}"}});
    QCOMPARE(read()->chatTemplate().render("a", "", ""), std::string("a"));
    write({{"chat_template", "{{ " + QString(1500, '(') + "1" + QString(1500, ')') + " }}"}});
    QCOMPARE(read()->chatTemplate().render("a", "", ""), std::string("1"));
    write({{"chat_template", QString(1 << 17, 'x')}});
    QVERIFY(read()->chatTemplate().problem().find("131072 bytes is too long") != std::string::npos);
  }

 private:
  void write(const QJsonObject& config) const { writeFile("tokenizer_config.json", QJsonDocument(config).toJson()); }
};

QTEST_GUILESS_MAIN(TestChatTemplate)
#include "tst_chat_template.moc"
