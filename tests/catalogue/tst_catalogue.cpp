#include "core/catalogue/catalogue.h"

#include "core/runs/run_file.h"
#include "tests/model/damage.h"
#include "tests/runs/sample_run.h"

#include <QDir>
#include <QElapsedTimer>
#include <QFile>
#include <QTemporaryDir>
#include <QTest>

#include <filesystem>

using namespace sinkscope;

namespace {

constexpr int kMade = 100, kCopies = 100;  // runs that are saved, and copies of each

/// A small run: number i of model "model I", made at second i, a prompt of its own, alpha_0 growing with i.
Exploration madeRun(int i) {
  const Exploration sampled = sample::exploration();
  ExploreResult result = *sampled.result;
  result.model.name = "model " + std::to_string(i % 10);
  result.request.bos = i % 2 == 0;
  result.created =
      QString("2026-01-01T00:%1:%2Z").arg(i / 60, 2, 10, QChar('0')).arg(i % 60, 2, 10, QChar('0')).toStdString();
  result.prompts.resize(1);
  result.prompts[0].prompt = "the river number" + std::to_string(i) + " rises";
  result.prompts[0].shares.shares = Array<float, 3>({3, 4, 7}, 0.0f);
  for (int head = 0; head < 12; ++head)
    if (head * kMade < 12 * i) result.prompts[0].shares.shares(head / 4, head % 4, 0) = 0.5f;
  result.prompts[0].tokenLoss.assign(6, 0.01f * static_cast<float>(i));
  return {std::make_shared<const ExploreResult>(std::move(result)), {}};
}

RunQuery typed(const char* text) {
  RunQuery query;
  addTyped(query, text);
  return query;
}

}  // namespace

class CatalogueTest : public QObject {
  Q_OBJECT

  QTemporaryDir home_;
  std::filesystem::path runs_, index_;

  Catalogue open() const { return Catalogue({runs_}, index_, SINKSCOPE_EXECUTABLE); }
  std::string make(const char* name, int number) const {
    const std::string path = (runs_ / name).string();
    saveRun(path, madeRun(number), sample::view(), false);
    return path;
  }

 private slots:
  void init() {
    runs_ = home_.filePath("runs").toStdString();
    index_ = home_.filePath("cache/runs.sqlite").toStdString();
    QDir(home_.filePath("runs")).removeRecursively();
    QDir(home_.filePath("cache")).removeRecursively();
    std::filesystem::create_directories(runs_);
  }
  void tenThousandRuns();
  void filtersSearchAndSort();
  void changesAreSeen();
  void anIndexThatIsNoneIsMadeAnew();
  void labels();
  void foldersThatLieInEachOther();
};

void CatalogueTest::tenThousandRuns() {
  for (int i = 0; i < kMade; ++i) {
    const std::string made = make(qPrintable(QString("%1.h5").arg(i)), i);
    std::filesystem::create_directories(runs_ / std::to_string(i));
    for (int copy = 1; copy < kCopies; ++copy)
      std::filesystem::copy_file(made, runs_ / std::to_string(i) / (std::to_string(copy) + ".h5"));
  }
  const QByteArray good = damage::readAll(home_.filePath("runs/7.h5"));
  for (int i = 0; i < 20; ++i) {  // corrupt ones among them
    damage::writeAll(home_.filePath(QString("runs/cut-%1.h5").arg(i)), good.left(good.size() * i / 20));
  }
  const std::size_t all = kMade * kCopies + 20;
  QElapsedTimer timer;
  timer.start();
  {
    Catalogue catalogue = open();
    const Catalogue::Scan scan = catalogue.scan();
    qInfo("first look at %zu runs: %.1f s", scan.files, 1e-3 * static_cast<double>(timer.elapsed()));
    QCOMPARE(scan.files, all);
    QCOMPARE(scan.read, all);
  }
  timer.restart();
  Catalogue catalogue = open();
  const std::vector<RunRow> rows = catalogue.runs({});
  const qint64 opened = timer.elapsed();
  const Catalogue::Scan scan = catalogue.scan();
  qInfo("open %lld ms, and a look at all files %lld ms", opened, timer.elapsed());
  QVERIFY2(timer.elapsed() < 1000, qPrintable(QString("%1 ms").arg(timer.elapsed())));
  QVERIFY(!scan.changed());
  QCOMPARE(rows.size(), all);
  timer.restart();
  QCOMPARE(catalogue.runs(typed("number42")).size(), std::size_t{kCopies});
  qInfo("search %lld ms", timer.elapsed());
  QCOMPARE(catalogue.runs(typed("sink_rate>0.5 bos=with")).size(), std::size_t{24 * kCopies});
  QCOMPARE(catalogue.runs(typed("problem!=\"\"")).size(), std::size_t{20});
  for (const RunRow& row : catalogue.runs(typed("problem~cut-")))
    QVERIFY2(row.problem.starts_with(row.path.string() + ": "), row.problem.c_str());
  const auto models = catalogue.values(RunColumn::Model);
  QCOMPARE(models.size(), std::size_t{10});
  QCOMPARE(models[3], (std::pair<std::string, std::int64_t>("model 3", 10 * kCopies)));
}

void CatalogueTest::filtersSearchAndSort() {
  for (int i = 0; i < 20; ++i) make(qPrintable(QString("run %1.h5").arg(i, 2, 10, QChar('0'))), 5 * i);
  Catalogue catalogue = open();
  catalogue.scan();
  const auto names = [&](const char* text, RunColumn sort = RunColumn::Name, bool descending = false) {
    RunQuery query = typed(text);
    query.sort = sort;
    query.descending = descending;
    QStringList names;
    for (const RunRow& row : catalogue.runs(query)) names << QString::fromStdString(row.name());
    return names.join(',');
  };
  QCOMPARE(names("number15"), QString("run 03"));
  QCOMPARE(names("NUMBER15 riv"), QString("run 03"));
  QCOMPARE(names("\"river number15\""), QString("run 03"));
  QCOMPARE(names("umber15"), QString());  // the beginnings of words
  QCOMPARE(names("prompt~umber15"), QString("run 03"));
  QCOMPARE(names("prompt~%"), QString());
  QCOMPARE(names("\"'; DROP TABLE run\" OR *"), QString());
  QCOMPARE(names("loss<0.11"), QString("run 00,run 01,run 02"));
  QCOMPARE(names("loss>0.86 loss<=0.951"), QString("run 18,run 19"));
  QCOMPARE(names("date>=2026-01-01T00:01:30"), QString("run 18,run 19"));
  QCOMPARE(names("model=\"MODEL 5\" loss>0.81"), QString("run 17,run 19"));
  QCOMPARE(names("name~03"), QString("run 03"));
  QCOMPARE(names("kind!=explore"), QString());
  QCOMPARE(names("loss>0.81", RunColumn::Loss, true), QString("run 19,run 18,run 17"));
  QCOMPARE(names("loss<0.11", RunColumn::Date, true), QString("run 02,run 01,run 00"));
  for (const RunColumnInfo& info : kRunColumns) {  // each can be sorted and compared by
    QCOMPARE(names("", info.column).split(',').size(), 20);
    names(qPrintable(QString("%1>=1").arg(QString::fromUtf8(info.key.data(), static_cast<int>(info.key.size())))));
  }
  const RunRow row = catalogue.runs(typed("number15")).front();
  QCOMPARE(row.card.summary.text, std::string("the river number15 rises"));
  QCOMPARE(numberOf(row, RunColumn::SinkRate), 2.0 / 12.0);
  QCOMPARE(textOf(row, RunColumn::Bos), std::string("without"));
  QCOMPARE(textOf(row, RunColumn::Tokens), std::string("7"));
  QCOMPARE(int{catalogue.card(row.path).summary.picture(0, 1)}, 128);
  QCOMPARE(int{catalogue.card(row.path).summary.picture(0, 2)}, 0);
}

void CatalogueTest::changesAreSeen() {
  make("a.h5", 1);
  make("b.h5", 2);
  Catalogue catalogue = open();
  QCOMPARE(catalogue.scan().read, std::size_t{2});
  QCOMPARE(catalogue.scan().read, std::size_t{0});
  make("a.h5", 3);  // replaced
  make("c.h5", 4);
  std::filesystem::remove(runs_ / "b.h5");
  damage::writeAll(home_.filePath("runs/notes.txt"), "no run");
  damage::writeAll(home_.filePath("runs/.run.h5.1.part"), "no run yet");
  const Catalogue::Scan scan = catalogue.scan();
  QCOMPARE(scan.files, std::size_t{2});
  QCOMPARE(scan.read, std::size_t{2});
  QCOMPARE(scan.removed, std::size_t{1});
  QCOMPARE(catalogue.runs(typed("number1")).size(), std::size_t{0});
  QCOMPARE(catalogue.runs(typed("number3")).size(), std::size_t{1});
  QVERIFY(catalogue.card(runs_ / "b.h5").kind.empty());
}

void CatalogueTest::anIndexThatIsNoneIsMadeAnew() {
  make("a.h5", 1);
  {
    Catalogue catalogue = open();
    catalogue.scan();
  }
  for (const QByteArray& bytes :
       {QByteArray("no database at all"), damage::readAll(home_.filePath("cache/runs.sqlite")).left(3000)}) {
    damage::writeAll(QString::fromStdString(index_.string()), bytes);
    Catalogue catalogue = open();
    QVERIFY(catalogue.runs({}).empty());
    catalogue.scan();
    QCOMPARE(catalogue.runs({}).size(), std::size_t{1});
  }
  std::filesystem::remove(index_);
  Catalogue catalogue = open();
  QCOMPARE(catalogue.scan().read, std::size_t{1});
}

void CatalogueTest::labels() {
  const std::string path = make("a.h5", 1);
  make("b.h5", 2);
  Catalogue catalogue = open();
  catalogue.scan();
  catalogue.label(path, {"My run", {"deep", "first try"}, "look at layer 3"});
  QCOMPARE(catalogue.scan().read, std::size_t{0});  // it is known already
  for (const char* text : {"layer", "My", "tags=deep", "tags=\"FIRST try\"", "name=\"my run\"", "tags~irst", "note~3"})
    QCOMPARE(catalogue.runs(typed(text)).size(), std::size_t{1});
  QCOMPARE(catalogue.runs(typed("tags!=deep")).size(), std::size_t{1});
  QCOMPARE(catalogue.runs(typed("tags=\"\"")).size(), std::size_t{1});
  QCOMPARE(catalogue.runs(typed("tags=first")).size(), std::size_t{0});
  QCOMPARE(catalogue.values(RunColumn::Tags),
           (std::vector<std::pair<std::string, std::int64_t>>{{"deep", 1}, {"first try", 1}}));
  std::filesystem::remove(index_);  // the file is the truth
  Catalogue again({runs_}, home_.filePath("cache/other.sqlite").toStdString(), SINKSCOPE_EXECUTABLE);
  again.scan();
  const RunRow row = again.runs(typed("tags=deep")).front();
  QCOMPARE(row.name(), std::string("My run"));
  QCOMPARE(row.card.labels.note, std::string("look at layer 3"));
}

void CatalogueTest::foldersThatLieInEachOther() {
  std::filesystem::create_directories(runs_ / "deep");
  make("deep/a.h5", 1);
  make("b.h5", 2);
  std::filesystem::path beside = runs_;
  beside += "0";  // begins alike
  std::filesystem::create_directories(beside);
  std::filesystem::copy_file(runs_ / "b.h5", beside / "c.h5");
  Catalogue both({runs_ / "deep", runs_, runs_ / ".." / "runs/"}, index_, SINKSCOPE_EXECUTABLE);
  QCOMPARE(both.folders().size(), std::size_t{1});
  both.scan();
  QCOMPARE(both.runs({}).size(), std::size_t{2});
  Catalogue other({beside}, index_, SINKSCOPE_EXECUTABLE);
  other.scan();
  QCOMPARE(other.runs({}).size(), std::size_t{1});
  QCOMPARE(both.runs({}).size(), std::size_t{2});
}

QTEST_GUILESS_MAIN(CatalogueTest)
#include "tst_catalogue.moc"
