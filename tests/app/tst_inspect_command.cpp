// sinkscope inspect on models whose decoders differ from a plain LLaMa's.
#include "tests/app/executable.h"

#include <QJsonArray>
#include <QTest>

using namespace sinkscope;

class TestInspectCommand : public QObject {
  Q_OBJECT

 private slots:
  void switches_data() {
    QTest::addColumn<QStringList>("words");
    QTest::addColumn<QJsonObject>("fields");
    const auto add = [](const char* model, const QStringList& words, const QJsonObject& fields) {
      QTest::newRow(model) << words << fields;
    };
    // What the config.json beside each says.
    add("gemma2-caps", {"scores capped at 2", "logits capped at 3", "window 5 in layers 0, 2"},
        {{"attentionCap", 2.0}, {"logitCap", 3.0}, {"postNorms", true}});
    add("gpt-oss", {"extra key: sink logit", "2 of 4 experts", "yarn"},
        {{"extraKey", "sink_logit"}, {"experts", 4}, {"ropeStretch", "yarn"}});
    add("qwen3-moe", {"query-key norm", "3 of 6 experts"}, {{"queryKeyNorm", true}});
    add("olmo2", {"query-key norm over all heads", "RMSNorm (of what parts write alone)"},
        {{"normsAllHeads", true}, {"norms", "none"}});
    add("smollm3-nope", {"no positions (NoPE) in layer"}, {});
    add("pythia", {"in parallel", "LayerNorm", "numbers of a head rotate"},
        {{"layerOrder", "parallel"}, {"normKind", "mean"}});
    add("falcon", {"behind one norm"}, {{"layerOrder", "parallel_shared_norm"}});
    add("llama31-tied", {"stretched (llama3", "output matrix is the embedding"},
        {{"ropeStretch", "llama3"}, {"tiedEmbedding", true}});
    add("phi3-long", {"stretched (long"}, {{"ropeStretch", "long"}});
    add("opt", {"positions: learned", "relu"}, {{"positions", "learned"}, {"activation", "relu"}, {"gated", false}});
  }

  void switches() {
    QFETCH(QStringList, words);
    QFETCH(QJsonObject, fields);
    const QString model = QStringLiteral(SINKSCOPE_TEST_DATA "/tiny/") + QTest::currentDataTag();
    const Outcome told = call({"inspect", model});
    QVERIFY2(told.exitCode == 0, told.error);
    const QByteArray line = told.out.split('\n').value(2);
    QVERIFY2(line.startsWith("built with: "), line);
    for (const QString& part : words) QVERIFY2(line.contains(part.toUtf8()), line);
    const QJsonObject config = call({"inspect", model, "--json"}).json()["config"].toObject();
    for (const QString& name : fields.keys()) QCOMPARE(config[name], fields[name]);
    QCOMPARE(config["perLayer"].toArray().size(), config["layers"].toInt());
    QVERIFY(config["perLayer"][0].toObject().contains("ropeBase"));
  }
};

QTEST_GUILESS_MAIN(TestInspectCommand)
#include "tst_inspect_command.moc"
