// sinkscope runs, as a script would call it.
#include "core/catalogue/catalogue.h"
#include "core/runs/result_file.h"
#include "core/runs/run_file.h"
#include "core/runs/run_labels.h"
#include "tests/app/executable.h"
#include "tests/app/tiny_folder.h"
#include "tests/app/training_run.h"
#include "tests/runs/sample_perturbation.h"
#include "tests/runs/sample_run.h"

#include <QDir>
#include <QDirIterator>
#include <QFile>
#include <QJsonArray>
#include <QTemporaryDir>
#include <QTest>

using namespace sinkscope;

class TestRunsCommand : public QObject {
  Q_OBJECT

  QTemporaryDir home_;

  QString file(const char* name) const { return home_.filePath(QStringLiteral("sinkscope/runs/") + name); }
  std::string path(const char* name) const { return file(name).toStdString(); }
  static QByteArray contentOf(const QString& path) {
    QFile content(path);
    return content.open(QIODevice::ReadOnly) ? content.readAll() : QByteArray();
  }

 private slots:
  void initTestCase() {
    qputenv("HOME", home_.path().toLocal8Bit());
    qputenv("XDG_DATA_HOME", home_.filePath("data").toLocal8Bit());
    qputenv("XDG_CACHE_HOME", home_.filePath("cache").toLocal8Bit());
    QDir().mkpath(home_.filePath("sinkscope/runs"));
    QDir().mkpath(home_.filePath("data/sinkscope/training"));
    saveRun(path("river.h5"), sample::exploration(), sample::view(), false);
    saveRun(path("river again.h5"), sample::exploration(), sample::view(), false);
    setRunLabels(path("river.h5"), {"My river", {"deep", "first try"}, "look here"});
    saveResult(path("swap.h5"), samplePerturbation(), "{}");
    MadeUpRun training(home_.filePath("data/sinkscope/training/tiny.h5").toStdString(), "tiny", "2026-02-01");
    training.steps(20);
    QFile damaged(file("damaged.h5"));
    QVERIFY(damaged.open(QIODevice::WriteOnly));
    damaged.write("\x89HDF\r\n\x1a\n and no more");
  }

  void listsTheLibrary() {
    const Outcome outcome = call({"runs", "list", "--json"});
    QVERIFY2(outcome.exitCode == 0, outcome.error);
    const QJsonObject report = outcome.json();
    const QString samples = QString::fromStdString(sampleFolder().string());
    int sampled = 0;
    for (QDirIterator files(samples, {"*.h5"}, QDir::Files, QDirIterator::Subdirectories); files.hasNext(); ++sampled)
      files.next();
    QVERIFY(sampled > 10);
    QCOMPARE(report["count"].toInt(), 5 + sampled);
    QCOMPARE(report["folders"].toArray(),
             (QJsonArray{home_.filePath("sinkscope/runs"), home_.filePath("data/sinkscope/training"), samples}));
    QCOMPARE(call({"runs", "list", "--json", "folder=samples"}).json()["count"].toInt(), sampled);
    const QJsonArray runs = call({"runs", "list", "--json", "folder!=Samples"}).json()["runs"].toArray();
    QCOMPARE(runs[0]["kind"].toString(), QString("train"));  // the newest
    QCOMPARE(runs[0]["loss"].toDouble(), 3.0);
    QCOMPARE(runs[4]["name"].toString(), QString("damaged"));  // of no date
    QVERIFY(runs[4]["problem"].toString().contains("damaged.h5: "));
    QVERIFY(QFile::exists(home_.filePath("cache/sinkscope/runs.sqlite")));
  }

  void searchesFiltersAndSorts() {
    const auto names = [](const QStringList& arguments) {
      const Outcome outcome =
          call(QStringList{"runs", "list", "folder!=Samples", "--json", "--sort", "name", "--ascending"} + arguments);
      QStringList names;
      for (const QJsonValue& run : outcome.json()["runs"].toArray()) names << run["name"].toString();
      return names.join(',') + QString::fromUtf8(outcome.error);
    };
    QCOMPARE(names({"says"}), QString("My river,river again"));
    QCOMPARE(names({"kind=explore", "tags=\"first try\""}), QString("My river"));
    QCOMPARE(names({"look", "here"}), QString("My river"));
    QCOMPARE(names({"kind=train"}), QString("tiny"));
    QCOMPARE(names({"sink_rate>0.9"}), QString());
    QCOMPARE(names({"--limit", "2"}), QString("damaged,My river"));
    QVERIFY(names({"colour=red"}).startsWith("error: 'colour' is no column of the runs; expected one of name, date"));
    const QJsonArray groups =
        call({"runs", "list", "folder!=Samples", "--json", "--group", "tags"}).json()["groups"].toArray();
    QCOMPARE(groups.size(), 3);  // none, deep, first try
    QCOMPARE(groups[0]["count"].toInt(), 4);
    QCOMPARE(groups[2]["value"].toString(), QString("first try"));
  }

  void theTableHasALineARun() {
    const Outcome outcome = call({"runs", "list", "folder!=Samples"});
    QVERIFY2(outcome.exitCode == 0, outcome.error);
    const QList<QByteArray> lines = outcome.out.split('\n');
    QCOMPARE(lines[0].simplified(), QByteArray("date kind model <bos> T sink rate loss name tags prompt"));
    QVERIFY2(outcome.out.contains("2025-01-02 03:04  explore"), outcome.out);
    QVERIFY(outcome.out.contains("deep, first try"));
    QCOMPARE(lines.size(), 9);
  }

  void showsOneByNameOrFile() {
    const QJsonObject byName = call({"runs", "show", "my river", "--json"}).json();
    QCOMPARE(byName["path"].toString(), file("river.h5"));
    QCOMPARE(byName["note"].toString(), QString("look here"));
    QCOMPARE(byName["tags"].toArray(), (QJsonArray{"deep", "first try"}));
    QCOMPARE(call({"runs", "show", file("river.h5"), "--json"}).json(), byName);
    const Outcome text = call({"runs", "show", "My river"});
    QVERIFY2(text.out.contains("tags        deep, first try\n") && text.out.contains("T           7\n"), text.out);
    const Outcome none = call({"runs", "show", "nothing"});
    QCOMPARE(none.exitCode, 1);
    QCOMPARE(none.error, QByteArray("error: 'nothing' is neither a file nor the name of a run in the library.\n"));
    const Outcome damaged = call({"runs", "show", file("damaged.h5")});
    QCOMPARE(damaged.exitCode, 1);
    QVERIFY2(damaged.error.startsWith("error: ") && damaged.error.count('\n') == 1, damaged.error);
  }

  void showsWhatIsInTheFile() {
    const QJsonArray entries = call({"runs", "show", "my river", "--tree", "--json"}).json()["entries"].toArray();
    QCOMPARE(entries[0].toObject()["attributes"].toObject()["schema"].toString(), QString("sinkscope-run"));
    QJsonObject share;
    for (const QJsonValue& entry : entries)
      if (entry["path"].toString() == "/prompts/0/share") share = entry.toObject();
    QCOMPARE(share["shape"].toArray(), (QJsonArray{3, 4, 7}));
    QVERIFY(share["bytes"].toInt() > 0 && share["storage"].toString().startsWith("chunks of"));
    const Outcome text = call({"runs", "show", file("river.h5"), "--tree"});
    QVERIFY2(text.out.contains("    share  float32  3 x 4 x 7 (layer, head, key)  "), text.out.left(4000));
    const QJsonObject part = call({"runs", "show", "my river", "--dataset", "/prompts/0/share", "--at", "2", "--row",
                                   "1", "--columns", "3", "--json"})
                                 .json();
    QCOMPARE(part["cells"].toArray().size(), 3);
    const float wanted = sample::exploration().result->prompts[0].shares.shares(2, 1, 2);
    QCOMPARE(static_cast<float>(part["cells"].toArray()[0].toArray()[2].toDouble()), wanted);
    const Outcome table = call({"runs", "show", "my river", "--dataset", "/prompts/0/token_text"});
    QVERIFY2(table.out.contains("0  <bos>\n") && table.out.contains("rows 0 to 7 of 7"), table.out);
    const Outcome prompt = call({"runs", "show", "my river", "--dataset", "/prompts/0/prompt"});
    QVERIFY2(prompt.out.contains("Zo\xC3\xAB"), prompt.out);
    const Outcome none = call({"runs", "show", "my river", "--dataset", "/prompts/9"});
    QCOMPARE(none.exitCode, 1);
    QCOMPARE(none.error, "error: " + file("river.h5").toLocal8Bit() + ": has no dataset /prompts/9.\n");
    const Outcome damaged = call({"runs", "show", file("damaged.h5"), "--tree"});
    QCOMPARE(damaged.exitCode, 1);
    QVERIFY2(damaged.error.startsWith("error: ") && damaged.error.count('\n') == 1, damaged.error);
  }

  void comparesTwo() {
    const QJsonObject same = call({"runs", "compare", "My river", "river again", "--json"}).json();
    QVERIFY(same["same"].toBool());
    QVERIFY(same["arrays"].toArray().size() > 10);
    const Exploration saved = sample::exploration();
    ExploreResult other = *saved.result;
    other.request.tokenLimit = 32;
    other.prompts[0].rowEntropy(1, 2, 3) = 8.0f;
    other.prompts[1].tokenLoss.clear();
    saveRun(home_.filePath("other.h5").toStdString(), {std::make_shared<const ExploreResult>(other), {}},
            sample::view(), false);
    const QStringList arguments{"runs", "compare", file("river.h5"), home_.filePath("other.h5")};
    const QJsonObject report = call(arguments + QStringList{"--json"}).json();
    QVERIFY(!report["same"].toBool());
    int differing = 0;
    for (const QJsonValue& value : report["values"].toArray())
      if (!value["same"].toBool()) {
        ++differing;
        QCOMPARE(value["field"].toString(), QString("/settings/token_limit"));
        QCOMPARE(value["a"].toString() + value["b"].toString(), QString("4832"));
      }
    QCOMPARE(differing, 1);
    QStringList arrays;
    for (const QJsonValue& array : report["arrays"].toArray())
      if (!array["same"].toBool()) arrays << array["path"].toString();
    QCOMPARE(arrays, (QStringList{"/prompts/0/row_entropy", "/prompts/1/token_loss"}));
    for (const QJsonValue& array : report["arrays"].toArray()) {
      if (array["path"].toString() != "/prompts/0/row_entropy") continue;
      QCOMPARE(array["at"].toArray(), (QJsonArray{1, 2, 3}));
      const double before = static_cast<double>(saved.result->prompts[0].rowEntropy(1, 2, 3));
      QCOMPARE(array["largest"].toDouble(), std::abs(8.0 - before));
    }
    const Outcome text = call(arguments);
    QVERIFY2(text.out.contains("≠ /settings/token_limit  48 | 32\n"), text.out);
    QVERIFY2(text.out.contains("at [1, 2, 3], 1 elements differ"), text.out);
    QVERIFY2(text.out.contains("token_loss   6 | none"), text.out);
  }

  void exportsTables() {
    const QString folder = home_.filePath("csv");
    const QJsonArray files = call({"runs", "export", "My river", folder, "--json"}).json()["files"].toArray();
    QVERIFY(files.contains(folder + "/prompts.0.share.csv"));
    QCOMPARE(contentOf(folder + "/prompts.0.prompt.txt"), QByteArray("Zo\xC3\xAB\0 \xF0\x9F\x99\x82 says", 15));
    const QList<QByteArray> lines = contentOf(folder + "/prompts.0.share.csv").split('\n');
    QCOMPARE(lines[0], QByteArray("layer,head,key,value"));
    QCOMPARE(lines.size(), 1 + 3 * 4 * 7 + 1);
    const Exploration saved = sample::exploration();
    const auto& shares = saved.result->prompts[0].shares.shares;
    for (const int at : {7, 40, 83}) {  // the bits come back
      const QList<QByteArray> cells = lines[1 + at].split(',');
      QCOMPARE(cells[0].toInt() * 28 + cells[1].toInt() * 7 + cells[2].toInt(), at);
      QCOMPARE(cells[3].toFloat(), shares.data()[at]);
    }
    QVERIFY(contentOf(folder + "/prompts.0.token_loss.csv").startsWith("target,value\n1,"));  // no loss of token 0
    QVERIFY(contentOf(folder + "/attributes.csv").contains("\n/settings,token_limit,48\n"));
    QVERIFY(!files.contains(folder + "/prompts.0.key.csv"));  // an axis
    QVERIFY(call({"runs", "export", "tiny", folder}).exitCode == 0);
    QVERIFY(contentOf(folder + "/steps.csv").startsWith("step_row,step,tokens,seconds,loss,"));
    QVERIFY(contentOf(folder + "/measures.csv").split('\n')[0].contains(",sink_rate.0,sink_rate.1,"));
    QVERIFY(contentOf(folder + "/steps.csv").contains("\n3,4,256,2,1,0.01,1,128\n"));
  }

  void rerunsAskTheSame() {
    const TinyFolder tiny;
    const QString saved = home_.filePath("tiny.h5"), again = home_.filePath("again.h5");
    const QStringList prompt{"--model", tiny.path(), "--prompt", "The river ran to the mill."};
    const std::vector<QStringList> asked{{"analyze", "--bos"},
                                         {"perturb", "--other", "The mill ran to the river."},
                                         {"perturb", "--every", "--replacements", "2"},
                                         {"influence", "--probes", "4", "--seed", "7", "--compare-bos"},
                                         {"collapse", "--compare-bos"},
                                         {"ablate", "-i", "hide"}};
    for (const QStringList& one : asked) {
      const Outcome made = call(one + prompt + QStringList{"--out", saved, "--threads", "1"});
      QVERIFY2(made.exitCode == 0, made.error);
      const Outcome outcome = call({"runs", "rerun", saved, "--out", again, "--json"});
      QVERIFY2(outcome.error.isEmpty(), outcome.error);
      const QJsonObject report = outcome.json();
      QVERIFY(report["arrays"].toArray().size() > 3);
      for (const QJsonValue& array : report["arrays"].toArray())  // the sums of several threads differ in the last bits
        QVERIFY2(array["unlike"].toInt() == 0 && array["largest"].toDouble() < 1e-4,
                 qPrintable(one.join(' ') + array["path"].toString()));
      for (const QJsonValue& value : report["values"].toArray())
        QVERIFY2(value["same"].toBool() || !value["field"].toString().contains("/settings/"),
                 qPrintable(value["field"].toString()));
      QCOMPARE(outcome.exitCode, report["same"].toBool() ? 0 : 1);
      QVERIFY(QFile::exists(again));
    }
    QVERIFY(call({"runs", "rerun", "tiny"}).error.contains("is a training, which is not run again by this"));
  }

  void otherFolders() {
    QCOMPARE(call({"runs", "list", "--json", "--folder", home_.filePath("data")}).json()["count"].toInt(), 1);
    QCOMPARE(call({"runs", "list", "--folder", "/no/such"}).error, QByteArray("error: /no/such is no folder.\n"));
    QCOMPARE(call({"runs"}).exitCode, 2);
  }
};

QTEST_GUILESS_MAIN(TestRunsCommand)
#include "tst_runs_command.moc"
