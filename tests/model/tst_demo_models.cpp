#include "core/model/demo_models.h"

#include "damage.h"

#include <QDir>
#include <QTemporaryDir>

using namespace sinkscope;

class TestDemoModels : public QObject {
  Q_OBJECT
 private slots:
  void sameAsTheScript();
  void folderFollowsTheEnvironment();
  void fetchedOrNot();
  void filesAndFolders();
  void builtIn();

 private:
  QTemporaryDir folder_;
};

// The script that fetches and the program that reads name the same files.
void TestDemoModels::sameAsTheScript() {
  const QByteArray script = damage::readAll(QStringLiteral(SINKSCOPE_TEST_DATA "/../../packaging/fetch-model.sh"));
  QCOMPARE(demoModels().size(), std::size_t{2});
  for (const DemoModel& model : demoModels()) {
    const qsizetype start = script.indexOf(QByteArray::fromStdString(model.name + ")"));
    QVERIFY2(start > 0, model.name.c_str());
    const QByteArray block = script.mid(start, script.indexOf(";;", start) - start);
    QVERIFY(block.contains(QByteArray::fromStdString("file=" + model.file + "\n")));
    QVERIFY(block.contains(QByteArray::fromStdString("bytes=" + std::to_string(model.bytes) + "\n")));
    QVERIFY(block.contains(QByteArray::fromStdString("sha256=" + model.sha256 + "\n")));
    QVERIFY(block.contains(QByteArray::fromStdString("licence=\"" + model.licence + "\"\n")));
  }
}

void TestDemoModels::folderFollowsTheEnvironment() {
  qputenv("XDG_DATA_HOME", "/data");
  QCOMPARE(modelFolder().string(), std::string("/data/sinkscope/models"));
  qunsetenv("XDG_DATA_HOME");
  qputenv("HOME", "/home/someone");
  QCOMPARE(modelFolder().string(), std::string("/home/someone/.local/share/sinkscope/models"));
}

void TestDemoModels::fetchedOrNot() {
  qputenv("XDG_DATA_HOME", QFile::encodeName(folder_.path()));
  const DemoModel& model = demoModels()[0];
  QVERIFY(demoModelPath(model).empty());
  const QString error = damage::errorOf([&] { resolveModel(model.name); });
  QVERIFY2(error.contains("fetch-model.sh gemma-3-270m") && error.contains("Gemma Terms"), qPrintable(error));

  const QString folder = folder_.filePath(QStringLiteral("sinkscope/models/gemma-3-270m"));
  QVERIFY(QDir().mkpath(folder));
  const QString path = folder + QLatin1Char('/') + QString::fromStdString(model.file);
  damage::writeAll(path, "half of it");
  QVERIFY(demoModelPath(model).empty());
  QVERIFY(QFile::resize(path, static_cast<qint64>(model.bytes)));  // takes no room
  QCOMPARE(QString::fromStdString(demoModelPath(model).string()), path);
  QCOMPARE(QString::fromStdString(resolveModel(model.name).string()), path);
  QCOMPARE(QString::fromStdString(resolveModel(folder.toStdString()).string()), path);
}

void TestDemoModels::filesAndFolders() {
  const QString file = folder_.filePath(QStringLiteral("some.gguf"));
  damage::writeAll(file, "x");
  QCOMPARE(resolveModel(file.toStdString()).string(), file.toStdString());
  const std::string folder = SINKSCOPE_TEST_DATA "/tiny/llama-gqa";
  QCOMPARE(resolveModel(folder).string(), folder);
  QVERIFY(damage::errorOf([] { resolveModel("gemma-4"); }).contains("'gemma-4'"));
}

// Fetched models come first; what a person asks for before all.
void TestDemoModels::builtIn() {
  QTemporaryDir empty;
  qputenv("XDG_DATA_HOME", QFile::encodeName(empty.path()));
  QCOMPARE(modelOrDemo(""), std::string("built-in"));
  QCOMPARE(modelOrDemo("mine"), std::string("mine"));
  QVERIFY(std::filesystem::exists(resolveModel("built-in") / "config.json"));
  qputenv("XDG_DATA_HOME", QFile::encodeName(folder_.path()));
  QCOMPARE(modelOrDemo(""), demoModels()[0].name);
}

QTEST_GUILESS_MAIN(TestDemoModels)
#include "tst_demo_models.moc"
