#include "core/catalogue/card_reader.h"
#include "core/runs/result_file.h"
#include "core/runs/run_file.h"
#include "core/runs/run_preview.h"
#include "core/runs/run_tree.h"
#include "tests/model/damage.h"
#include "tests/runs/sample_collapse.h"
#include "tests/runs/sample_run.h"

#include <QElapsedTimer>
#include <QTemporaryDir>
#include <QTest>

#include <algorithm>
#include <functional>

#include <hdf5.h>
#include <hdf5_hl.h>

using namespace sinkscope;
using sample::errorOf;

/// What is in a run file, told by the process that reads files which may be anybody's.
class RunContentsTest : public QObject {
  Q_OBJECT

  QTemporaryDir folder_;
  CardReader reader_{SINKSCOPE_EXECUTABLE};

  std::string file(const QString& name) const { return folder_.filePath(name).toStdString(); }
  /// A good run, changed with the library itself.
  std::string edited(const QString& name, const std::function<void(hid_t)>& edit) const {
    saveRun(file(name), sample::exploration(), sample::view(), true);
    const hid_t open = H5Fopen(file(name).c_str(), H5F_ACC_RDWR, H5P_DEFAULT);
    edit(open);
    H5Fclose(open);
    return file(name);
  }
  RunNode nodeOf(const std::string& run, const std::string& path) {
    const std::vector<RunNode> tree = reader_.tree(run);
    const auto found = std::ranges::find_if(tree, [&](const RunNode& node) { return node.entry.path == path; });
    return found == tree.end() ? RunNode() : *found;
  }
  RunPreview part(const std::string& run, RunPreviewQuery query) { return reader_.preview(run, query); }

 private slots:
  void theTreeIsThatOfTheFile();
  void aTableOverTheLastTwoAxes();
  void partsLieWithinTheDataset();
  void rowsTextsAndNames();
  void whatIsNotThere();
  void hostileFilesGetASentence();
};

void RunContentsTest::theTreeIsThatOfTheFile() {
  saveRun(file("run.h5"), sample::exploration(), sample::view(), true);
  const std::vector<RunNode> tree = reader_.tree(file("run.h5")), here = readRunTree(file("run.h5"));
  const std::vector<RunEntry> listed = listRun(file("run.h5"));
  QCOMPARE(tree.size(), listed.size());
  for (std::size_t i = 0; i < tree.size(); ++i) {
    QCOMPARE(tree[i].entry.path, listed[i].path);
    QCOMPARE(tree[i].entry.kind, listed[i].kind);
    QCOMPARE(tree[i].entry.type, listed[i].type);
    QVERIFY(tree[i].entry.shape == listed[i].shape && tree[i].entry.axes == listed[i].axes);
    QVERIFY(tree[i].entry.attributes == listed[i].attributes);
    QCOMPARE(tree[i].bytes, here[i].bytes);
  }
  const RunNode share = nodeOf(file("run.h5"), "/prompts/0/share");
  QCOMPARE(share.entry.shape, (std::vector<std::uint64_t>{3, 4, 7}));
  QCOMPARE(share.storage, std::string("chunks of 3 x 4 x 7, shuffle, deflate 4, fletcher32"));
  // As the library says: it is 3 * 4 * 7 floats of which deflate leaves most.
  QVERIFY2(share.bytes > 100 && share.bytes < 400, std::to_string(share.bytes).c_str());
  QVERIFY(nodeOf(file("run.h5"), "/prompts").storage.empty());
}

void RunContentsTest::aTableOverTheLastTwoAxes() {
  saveRun(file("run.h5"), sample::exploration(), sample::view(), false);
  const Array<float, 3> shares = sample::exploration().result->prompts[0].shares.shares;
  const RunPreview whole = part(file("run.h5"), {.dataset = "/prompts/0/share", .leading = {2}});
  QCOMPARE(whole.numbers.shape(), (Array<double, 2>::Shape{4, 7}));
  QCOMPARE(whole.rows, std::uint64_t{4});
  QCOMPARE(whole.columns, std::uint64_t{7});
  QCOMPARE(whole.axes, (std::vector<std::string>{"layer", "head", "key"}));
  for (std::size_t head = 0; head < 4; ++head)
    for (std::size_t key = 0; key < 7; ++key) {
      const double value = whole.numbers(head, key), wanted = shares(2, head, key);
      QVERIFY(value == wanted || (std::isnan(value) && std::isnan(wanted)));
    }
  const RunPreview some = part(
      file("run.h5"), {.dataset = "/prompts/0/share", .leading = {1}, .row = 2, .column = 3, .rows = 2, .columns = 2});
  QCOMPARE(some.numbers.shape(), (Array<double, 2>::Shape{2, 2}));
  QCOMPARE(some.numbers(1, 0), double{shares(1, 3, 3)});
  QCOMPARE(some.firstRow, std::int64_t{2});
  QCOMPARE(some.firstColumn, std::int64_t{3});
  // An axis that begins with 1.
  QCOMPARE(part(file("run.h5"), {.dataset = "/prompts/0/token_loss"}).firstRow, std::int64_t{1});
}

void RunContentsTest::partsLieWithinTheDataset() {
  saveRun(file("run.h5"), sample::exploration(), sample::view(), false);
  const RunPreview last = part(file("run.h5"), {.dataset = "/prompts/0/share",
                                                .leading = {99, 5},
                                                .row = 1'000'000,
                                                .column = 6,
                                                .rows = std::uint64_t(-1),
                                                .columns = std::uint64_t(-1)});
  QCOMPARE(last.query.leading, (std::vector<std::uint64_t>{2}));
  QCOMPARE(last.query.row, std::uint64_t{3});
  QCOMPARE(last.numbers.shape(), (Array<double, 2>::Shape{1, 1}));
}

void RunContentsTest::rowsTextsAndNames() {
  saveResult(file("collapse.h5"), sampleCollapse(), "{}");
  const RunPreview curve = part(file("collapse.h5"), {.dataset = "/conditions/0/effective_rank"});
  QCOMPARE(curve.numbers.shape(), (Array<double, 2>::Shape{3, 1}));
  QCOMPARE(curve.numbers(1, 0), sampleCollapse().results[0].all.effectiveRank[1]);
  QVERIFY(curve.texts.empty() && curve.fields.empty());
  const RunPreview tokens = part(file("collapse.h5"), {.dataset = "/conditions/0/token_text"});
  QCOMPARE(tokens.texts[0][0], std::string("<s>"));
  const RunPreview prompt = part(file("collapse.h5"), {.dataset = "/conditions/0/settings/prompt"});
  QCOMPARE(prompt.text, std::string("a b\uFFFD"));  // what is no UTF-8 is not told
  const std::string training = std::string(SINKSCOPE_RUNS) + "/decay-0.h5";
  const RunPreview steps = part(training, {.dataset = "/steps", .row = 1, .rows = 3});
  QVERIFY(steps.fields.size() >= 7);
  QCOMPARE(steps.fields.front(), std::string("step"));
  QCOMPARE(steps.numbers.extent(0), std::size_t{3});
  QCOMPARE(steps.numbers(2, 0), 4.0);
}

void RunContentsTest::whatIsNotThere() {
  saveRun(file("run.h5"), sample::exploration(), sample::view(), false);
  const QString run = folder_.filePath("run.h5");
  QCOMPARE(errorOf([&] { part(file("run.h5"), {.dataset = "/prompts/7/share"}); }),
           run + ": has no dataset /prompts/7/share.");
  QCOMPARE(errorOf([&] { part(file("run.h5"), {.dataset = "/prompts"}); }), run + ": has no dataset /prompts.");
  QVERIFY(errorOf([&] { part(file("run.h5"), {.dataset = "a\nb\xFF"}); }).contains("has no dataset"));
  damage::writeAll(folder_.filePath("text.h5"), "no HDF5");
  QCOMPARE(errorOf([&] { reader_.tree(file("text.h5")); }),
           folder_.filePath("text.h5") + ": is no HDF5 file, expected a Sinkscope run.");
}

void RunContentsTest::hostileFilesGetASentence() {
  // Ten thousand groups in each other.
  const std::string deep = edited("deep.h5", [](hid_t open) {
    hid_t group = H5Gcreate2(open, "deep", H5P_DEFAULT, H5P_DEFAULT, H5P_DEFAULT);
    for (int i = 0; i < 10'000; ++i) {
      const hid_t inner = H5Gcreate2(group, "g", H5P_DEFAULT, H5P_DEFAULT, H5P_DEFAULT);
      H5Gclose(group);
      group = inner;
    }
    H5Gclose(group);
  });
  QElapsedTimer timer;
  timer.start();
  QVERIFY(errorOf([&] { reader_.tree(deep); }).contains("more groups in groups"));
  // A group that holds itself.
  const std::string loop = edited("loop.h5", [](hid_t open) {
    const hid_t group = H5Gcreate2(open, "loop", H5P_DEFAULT, H5P_DEFAULT, H5P_DEFAULT);
    H5Lcreate_hard(open, "loop", group, "again", H5P_DEFAULT, H5P_DEFAULT);
    H5Gclose(group);
  });
  QVERIFY(!reader_.tree(loop).empty());
  // A dataset of more elements than there are atoms, of which nothing is stored.
  const std::string giant = edited("giant.h5", [](hid_t open) {
    const hsize_t extents[]{hsize_t{1} << 40, hsize_t{1} << 20}, chunk[]{1, 1024};
    const hid_t space = H5Screate_simple(2, extents, nullptr), made = H5Pcreate(H5P_DATASET_CREATE);
    H5Pset_chunk(made, 2, chunk);
    H5Dclose(H5Dcreate2(open, "giant", H5T_IEEE_F64LE, space, H5P_DEFAULT, made, H5P_DEFAULT));
    H5Pclose(made);
    H5Sclose(space);
  });
  QCOMPARE(nodeOf(giant, "/giant").bytes, std::uint64_t{0});
  QCOMPARE(part(giant, {.dataset = "/giant", .row = std::uint64_t{1} << 39}).numbers(63, 63), 0.0);
  // In another file, and as a text of half a gigabyte.
  const std::string outside = edited("outside.h5", [this](hid_t open) {
    const hsize_t extent = 16;
    const hid_t space = H5Screate_simple(1, &extent, nullptr), made = H5Pcreate(H5P_DATASET_CREATE);
    H5Pset_external(made, "/etc/hostname", 0, 16);
    H5Dclose(H5Dcreate2(open, "outside", H5T_STD_U8LE, space, H5P_DEFAULT, made, H5P_DEFAULT));
    H5Pclose(made);
    H5Sclose(space);
    const hid_t text = H5Tcopy(H5T_C_S1), one = H5Screate(H5S_SCALAR);
    H5Tset_size(text, std::size_t{1} << 29);
    H5Dclose(H5Dcreate2(open, "long", text, one, H5P_DEFAULT, H5P_DEFAULT, H5P_DEFAULT));
    H5Tclose(text);
    H5Sclose(one);
  });
  QCOMPARE(nodeOf(outside, "/outside").storage, std::string("in other files"));
  QVERIFY(errorOf([&] { part(outside, {.dataset = "/outside"}); }).contains("/outside is stored in other files."));
  QVERIFY(!errorOf([&] { part(outside, {.dataset = "/long"}); }).contains("\n"));
  // Bytes changed all over: each time there is a tree or a sentence, and the next file is read.
  const QByteArray good = damage::readAll(QString::fromStdString(loop));
  for (qsizetype at = 0; at < good.size(); at += good.size() / 60) {
    QByteArray bad = good;
    bad[at] = static_cast<char>(bad[at] ^ 0x5a);
    damage::writeAll(folder_.filePath("bad.h5"), bad);
    for (const auto& read : std::vector<std::function<void()>>{
             [&] { reader_.tree(file("bad.h5")); }, [&] { part(file("bad.h5"), {.dataset = "/prompts/0/share"}); }}) {
      const QString sentence = errorOf(read);
      QVERIFY(sentence.isEmpty() || sentence.startsWith(folder_.filePath("bad.h5") + ": "));
    }
  }
  QVERIFY(reader_.tree(loop).size() > 10);
  QVERIFY(timer.elapsed() < 120'000);
}

QTEST_GUILESS_MAIN(RunContentsTest)
#include "tst_run_contents.moc"
