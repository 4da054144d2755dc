// sinkscope models, as a script would call it, in a home of its own.
#include "core/model/model_folders.h"
#include "tests/app/executable.h"
#include "tests/app/tiny_folder.h"
#include "tests/model/fake_caches.h"

#include <QJsonArray>
#include <QTest>

using namespace sinkscope;

class TestModelsCommand : public QObject {
  Q_OBJECT

 private slots:
  void jsonHasEverything() {
    const FakeHome home;
    home.putTinyInHub("org/tiny", "aaa", "llama-gqa");
    home.putTinyInHub("org/half", "aaa", "llama-gqa", {"model.safetensors"});
    home.write("mine/small.gguf", gguf_bytes::llamaFile(gguf_bytes::smallLlama()));
    const Outcome outcome = call({"models", "--json", "--folder", home.path("mine")});
    QVERIFY2(outcome.exitCode == 0, outcome.error);
    const QJsonArray models = outcome.json()["models"].toArray();
    QCOMPARE(models.size(), 4);  // with the built-in one
    const auto named = [&](const char* name) {
      for (const QJsonValue& model : models)
        if (model["name"].toString() == QLatin1String(name)) return model;
      return QJsonValue();
    };
    const QJsonValue tiny = named("org/tiny");
    QCOMPARE(tiny["source"].toString(), QString("Hugging Face"));
    QCOMPARE(tiny["path"].toString(), home.path(FakeHome::hub("org/tiny") + "/snapshots/aaa"));
    QCOMPARE(tiny["family"].toString(), QString("llama"));
    QCOMPARE(tiny["type"].toString(), QString("F32"));
    QCOMPARE(tiny["contextLength"].toInt(), 64);
    QCOMPARE(tiny["parameters"].toInt(), 35604);
    QCOMPARE(tiny["memory"].toInt(), 4 * 35604);
    QCOMPARE(tiny["status"].toString(), QString("fits"));
    QVERIFY(tiny["opens"].toBool());
    QCOMPARE(named("org/half")["status"].toString(), QString("incomplete"));
    QVERIFY(!named("org/half")["opens"].toBool());
    QVERIFY(named("org/half")["problem"].toString().contains("'hf download org/half'"));
    QCOMPARE(named("small")["source"].toString(), QString("added folder"));
    QVERIFY(outcome.json()["memoryOfMachine"].toDouble() > 1 << 28);
    QVERIFY(outcome.json()["folders"].toArray().size() > 5);
  }

  void foldersAddedInTheWindow() {
    const FakeHome home;
    const TinyFolder tiny;
    for (const char* name : {"config.json", "model.safetensors", "tokenizer.json", "tokenizer_config.json"})
      home.write(QStringLiteral("mine/own/") + name, damage::readAll(tiny.file(name)));
    const QStringList analyze{"analyze", "--model", "own", "--prompt", "The river ran.", "--json"};
    QCOMPARE(call(analyze).exitCode, 1);
    setAddedModelFolders({home.path("mine").toStdString()});
    const Outcome outcome = call(analyze);
    QVERIFY2(outcome.exitCode == 0, outcome.error);
    QCOMPARE(outcome.json()["model"].toObject()["name"].toString(), QString("own"));
    const QJsonArray models = call({"models", "--json"}).json()["models"].toArray();
    QVERIFY(std::ranges::any_of(models, [](const QJsonValue& model) { return model["name"] == "own"; }));
  }

  void theTableHasALineAModel() {
    const FakeHome home;
    home.putTinyInHub("org/tiny", "aaa", "llama-gqa");
    home.putTinyInHub("org/half", "aaa", "llama-gqa", {"model.safetensors"});
    const Outcome outcome = call({"models"});
    QVERIFY2(outcome.exitCode == 0, outcome.error);
    const QList<QByteArray> lines = outcome.out.split('\n');
    QVERIFY(lines[0].startsWith("name") && lines[0].simplified().endsWith("on disk memory status"));
    QCOMPARE(lines[2].simplified(),
             QByteArray("org/half Hugging Face llama 35.6 k – 64 – – Its weights were not downloaded. "
                        "'hf download org/half' fetches what is missing."));
    QCOMPARE(lines[3].simplified(), QByteArray("org/tiny Hugging Face llama 35.6 k F32 64 142 KiB 139 KiB fits"));
    QVERIFY2(outcome.out.contains("Looked in ") && outcome.out.contains(home.path(".cache/huggingface/hub").toUtf8()),
             outcome.out);
  }

  void namesCanBeGivenToEveryCommand() {
    const FakeHome home;
    const TinyFolder tiny;
    for (const QString name : {"config.json", "model.safetensors", "tokenizer.json", "tokenizer_config.json"})
      home.putInHub("org/typed", "aaa", name, damage::readAll(tiny.file(name)));
    const auto analyze = [](const QString& model) {
      return call({"analyze", "--model", model, "--prompt", "The river ran.", "--json"});
    };
    const Outcome byName = analyze("org/typed"), byPath = analyze(tiny.path());
    QVERIFY2(byName.exitCode == 0, byName.error);
    const QJsonObject named = byName.json(), other = byPath.json();
    QCOMPARE(named["meanShare"], other["meanShare"]);
    QCOMPARE(named["model"]["name"].toString(), QString("org/typed"));
    const Outcome unknown = analyze("org/unknown");
    QCOMPARE(unknown.exitCode, 1);
    QVERIFY2(
        unknown.error.startsWith("error: 'org/unknown' is neither a file or folder nor the name of a model on this "
                                 "machine; looked in ") &&
            unknown.error.contains(home.path(".cache/huggingface/hub").toUtf8()) && unknown.error.count('\n') == 1,
        unknown.error);
  }

  void aFolderThatIsNoneIsSaid() {
    const Outcome outcome = call({"models", "--folder", "/no/such"});
    QCOMPARE(outcome.exitCode, 1);
    QCOMPARE(outcome.error, QByteArray("error: /no/such is no folder.\n"));
  }
};

QTEST_GUILESS_MAIN(TestModelsCommand)
#include "tst_models_command.moc"
