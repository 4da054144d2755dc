#include "core/error.h"
#include "core/runs/run_file.h"
#include "sample_run.h"

#include <QDir>
#include <QFile>
#include <QTemporaryDir>
#include <QTest>

#include <atomic>
#include <map>
#include <thread>

#include <hdf5.h>
#include <hdf5_hl.h>

using namespace sinkscope;
using sample::differences, sample::errorOf, sample::sameBits;

class RunFileTest : public QObject {
  Q_OBJECT

  QTemporaryDir folder_;
  std::filesystem::path path(const char* name = "run.h5") const { return folder_.filePath(name).toStdString(); }
  QStringList files() const { return QDir(folder_.path()).entryList(QDir::Files | QDir::Hidden); }

  static std::shared_ptr<ExploreResult> copy() {
    return std::make_shared<ExploreResult>(*sample::exploration().result);
  }
  QString savingError(const std::shared_ptr<const ExploreResult>& result, const RunView& view = sample::view()) const {
    return errorOf([&] { saveRun(path("refused.h5"), {result, {}}, view, false); });
  }

 private slots:
  void init() { QVERIFY(folder_.isValid()); }
  void cleanup() {
    for (const QString& name : files()) QFile::remove(folder_.filePath(name));
  }

  void reopenedEqualsSaved();
  void headsEqualTheTrace();
  void emptyThingsComeBackEmpty();
  void oneTokenHasNoLoss();
  void summariesComeBack();
  void longTextsComeBack();
  void sameRunSameBytes();

  void axesAreDimensionScales();
  void attentionIsChunkedByHead();
  void listNamesEverything();

  void inconsistentResultsAreRefused();
  void threadsTakeTurns();
};

void RunFileTest::reopenedEqualsSaved() {
  const Exploration saved = sample::exploration();
  for (const bool keepAttention : {false, true}) {
    saveRun(path(), saved, sample::view(), keepAttention);
    const auto run = RunFile::open(path());
    QCOMPARE(differences(*saved.result, *run->result()), QStringList());
    QCOMPARE(run->view().epsilon, 0.8);
    QCOMPARE(run->view().includeQuery0, false);
    QCOMPARE(run->view().layer, 2);
    QCOMPARE(run->view().head, 3);
    QCOMPARE(run->view().json, sample::view().json);
    QCOMPARE(run->hasAttention(0), keepAttention);
    QCOMPARE(run->hasAttention(1), false);  // has no trace
    QCOMPARE(run->hasAttention(2), false);  // is no prompt
  }
  QCOMPARE(files(), QStringList("run.h5"));
}

void RunFileTest::headsEqualTheTrace() {
  const Exploration saved = sample::exploration();
  saveRun(path(), saved, sample::view(), true);
  const auto run = RunFile::open(path());
  const Trace& trace = *saved.traces.front();
  for (std::int64_t layer = 0; layer < trace.layers; ++layer) {
    for (std::int64_t head = 0; head < trace.heads; ++head) {
      const HeadAttention read = run->head(0, layer, head);
      const Trace::Layer& kept = trace.layer[static_cast<std::size_t>(layer)];
      QVERIFY(sameBits(read.query, kept.query.select(0, head)));
      QVERIFY(sameBits(read.key, kept.key.select(0, head / 2)));  // two heads share a key head
      QVERIFY(sameBits(read.logSumExp, kept.logSumExp.select(0, head)));
      QCOMPARE(read.scale, trace.scale);
      QCOMPARE(read.window, kept.window);
    }
  }
  QVERIFY(errorOf([&] { run->head(1, 0, 0); }).contains("holds no attention of prompt 1"));
  QVERIFY(errorOf([&] { run->head(0, 3, 0); }).contains("expected heads 0 to 3 in layers 0 to 2"));
  QVERIFY(errorOf([&] { run->head(0, 0, -1); }).contains("has no head -1"));
}

void RunFileTest::emptyThingsComeBackEmpty() {
  auto result = std::make_shared<ExploreResult>();
  result->model.config.layers = result->model.config.heads = result->model.config.keyHeads = 1;
  PromptResult& prompt = result->prompts.emplace_back();
  prompt.tokens = {{5, "", 0, 0, false}, {6, "", 0, 0, false}};
  saveRun(path(), {result, {}}, {}, true);
  const auto run = RunFile::open(path());
  QCOMPARE(differences(*result, *run->result()), QStringList());
  QCOMPARE(run->view().json, std::string());
  QVERIFY(!run->hasAttention(0));

  result->prompts.clear();
  saveRun(path(), {result, {}}, {}, false);
  QCOMPARE(differences(*result, *RunFile::open(path())->result()), QStringList());
}

void RunFileTest::oneTokenHasNoLoss() {
  const auto result = copy();
  PromptResult& prompt = result->prompts.front();
  prompt.tokens.resize(1);
  prompt.shares.shares = sample::array<3>({3, 4, 1}, 1);
  prompt.rowEntropy = prompt.outputNorm = {};
  prompt.valueNorm = {};
  prompt.residualNorm = sample::array<2>({4, 1}, 2);
  prompt.tokenLoss.clear();
  saveRun(path(), {result, {}}, sample::view(), false);
  QCOMPARE(differences(*result, *RunFile::open(path())->result()), QStringList());
}

void RunFileTest::summariesComeBack() {
  const auto result = copy();
  result->prompts.push_back(sample::summary(result->model.config, 200));
  saveRun(path(), {result, {}}, sample::view(), false);
  const auto opened = RunFile::open(path())->result();
  QCOMPARE(differences(*result, *opened), QStringList());
  QVERIFY(!opened->prompts[0].isSummary() && opened->prompts[2].isSummary());
  QStringList names;
  for (const RunEntry& entry : listRun(path()))
    if (entry.path.starts_with("/prompts/2/")) names << QString::fromStdString(entry.path.substr(11));
  for (const char* name : {"first_share", "mean_row_entropy", "value_drain", "residual_norm"})
    QVERIFY2(names.contains(name), name);
  for (const char* name : {"share", "row_entropy", "value_norm", "output_norm"}) QVERIFY2(!names.contains(name), name);
}

void RunFileTest::longTextsComeBack() {
  const auto result = copy();
  result->note = std::string(300000, 'n') + "\xFF";  // longer than HDF5's compact attributes, and no UTF-8
  result->bosText = std::string("<\0>\0", 4);
  result->prompts.front().prompt += std::string(3000000, 'p');
  saveRun(path(), {result, {}}, sample::view(), false);
  QCOMPARE(differences(*result, *RunFile::open(path())->result()), QStringList());
}

void RunFileTest::sameRunSameBytes() {
  const Exploration saved = sample::exploration();
  saveRun(path("a.h5"), saved, sample::view(), true);
  saveRun(path("b.h5"), saved, sample::view(), true);
  QFile a(folder_.filePath("a.h5")), b(folder_.filePath("b.h5"));
  QVERIFY(a.open(QFile::ReadOnly) && b.open(QFile::ReadOnly));
  QVERIFY(a.readAll() == b.readAll());
}

void RunFileTest::axesAreDimensionScales() {
  saveRun(path(), sample::exploration(), sample::view(), true);
  const std::map<std::string, std::vector<std::string>> expected{
      {"share", {"layer", "head", "key"}},
      {"row_entropy", {"layer", "head", "query"}},
      {"value_norm", {"layer", "key_head", "token"}},
      {"output_norm", {"layer", "head", "token"}},
      {"residual_norm", {"residual", "token"}},
      {"token_id", {"token"}},
      {"token_loss", {"target"}},
      {"window", {"layer"}},
      {"next_probability", {"prediction"}},
      {"q", {"layer", "head", "query", "component"}},
      {"k", {"layer", "key_head", "key", "component"}},
      {"log_sum_exp", {"layer", "head", "query"}},
  };
  std::map<std::string, std::vector<std::string>> listed;
  for (const RunEntry& entry : listRun(path())) listed[entry.path] = entry.axes;

  const hid_t file = H5Fopen(path().c_str(), H5F_ACC_RDONLY, H5P_DEFAULT);
  const auto nameOf = [](hid_t, unsigned, hid_t scale, void* out) -> herr_t {
    char name[64];
    H5DSget_scale_name(scale, name, sizeof name);
    static_cast<std::vector<std::string>*>(out)->emplace_back(name);
    return 0;
  };
  for (const auto& [name, axes] : expected) {
    const hid_t dataset = H5Dopen2(file, ("/prompts/0/" + name).c_str(), H5P_DEFAULT);
    QVERIFY2(dataset >= 0, name.c_str());
    std::vector<std::string> scales;
    for (unsigned axis = 0; axis < axes.size(); ++axis) H5DSiterate_scales(dataset, axis, nullptr, nameOf, &scales);
    QCOMPARE(scales, axes);
    QCOMPARE(listed["/prompts/0/" + name], axes);
    H5Dclose(dataset);
  }
  const hid_t target = H5Dopen2(file, "/prompts/0/target", H5P_DEFAULT);
  QVERIFY(H5DSis_scale(target) > 0);
  std::vector<std::int64_t> positions(6);
  H5Dread(target, H5T_NATIVE_INT64, H5S_ALL, H5S_ALL, H5P_DEFAULT, positions.data());
  QCOMPARE(positions, (std::vector<std::int64_t>{1, 2, 3, 4, 5, 6}));  // the loss of token 0 is not known
  H5Dclose(target);
  H5Fclose(file);
}

void RunFileTest::attentionIsChunkedByHead() {
  saveRun(path(), sample::exploration(), sample::view(), true);
  const hid_t file = H5Fopen(path().c_str(), H5F_ACC_RDONLY, H5P_DEFAULT);
  const hid_t dataset = H5Dopen2(file, "/prompts/0/q", H5P_DEFAULT);
  const hid_t properties = H5Dget_create_plist(dataset);
  std::vector<hsize_t> chunk(4);
  QCOMPARE(H5Pget_chunk(properties, 4, chunk.data()), 4);
  QCOMPARE(chunk, (std::vector<hsize_t>{1, 1, 7, 5}));
  std::vector<H5Z_filter_t> filters;
  for (int i = 0; i < H5Pget_nfilters(properties); ++i) {
    unsigned flags = 0;
    std::size_t none = 0;
    filters.push_back(H5Pget_filter2(properties, unsigned(i), &flags, &none, nullptr, 0, nullptr, nullptr));
  }
  QCOMPARE(filters, (std::vector<H5Z_filter_t>{H5Z_FILTER_SHUFFLE, H5Z_FILTER_DEFLATE, H5Z_FILTER_FLETCHER32}));
  H5Pclose(properties);
  H5Dclose(dataset);
  H5Fclose(file);
}

void RunFileTest::listNamesEverything() {
  auto result = copy();
  result->prompts.resize(1);
  for (int i = 0; i < 10; ++i) result->prompts.push_back(result->prompts.front());
  saveRun(path(), {result, {}}, sample::view(), false);
  const std::vector<RunEntry> entries = listRun(path());
  const auto find = [&](const std::string& name) {
    return std::find_if(entries.begin(), entries.end(), [&](const RunEntry& entry) { return entry.path == name; });
  };
  const auto root = find("/"), share = find("/prompts/0/share"), text = find("/prompts/0/token_text");
  QVERIFY(root != entries.end() && share != entries.end() && text != entries.end());
  QVERIFY(find("/prompts/2") < find("/prompts/10"));
  QCOMPARE(root->kind, std::string("group"));
  const auto has = [](const RunEntry& entry, const char* name, const char* value) {
    const std::pair<std::string, std::string> wanted(name, value);
    return std::find(entry.attributes.begin(), entry.attributes.end(), wanted) != entry.attributes.end();
  };
  QVERIFY(has(*root, "schema", "sinkscope-run"));
  QVERIFY(has(*root, "schema_major", "1"));
  QVERIFY(has(*find("/settings"), "budget_bytes", "9223372036854775808"));
  QVERIFY(has(*find("/settings"), "bos", "0"));
  QVERIFY(has(*find("/view"), "epsilon", "0.8"));
  QVERIFY(has(*find("/model/files/1"), "name", "größe.gguf"));
  QCOMPARE(share->kind, std::string("dataset"));
  QCOMPARE(share->type, std::string("float32"));
  QCOMPARE(share->shape, (std::vector<std::uint64_t>{3, 4, 7}));
  QVERIFY(share->attributes.empty());
  QCOMPARE(text->type, std::string("string"));
}

void RunFileTest::inconsistentResultsAreRefused() {
  const auto refused = [&](auto change) {
    const auto result = copy();
    change(*result);
    return savingError(result);
  };
  QVERIFY(refused([](ExploreResult& r) {
            r.prompts[1].shares.shares = Array<float, 3>({3, 4, 6});
          }).contains("the shape of /prompts/1/share is 3 x 4 x 6, expected 3 x 4 x 7"));
  QVERIFY(refused([](ExploreResult& r) {
            r.prompts[1] = sample::summary(r.model.config, 5);
            r.prompts[1].drain = Array<float, 2>({3, 7});
          }).contains("the shape of /prompts/1/value_drain is 3 x 7, expected 3 x 4"));
  QVERIFY(refused([](ExploreResult& r) {
            r.prompts[1] = sample::summary(r.model.config, 5);
            r.prompts[1].shares.length = 6;
          }).contains("the length of /prompts/1 is 6, expected 7"));
  QVERIFY(refused([](ExploreResult& r) {
            r.prompts[0].residualNorm = Array<float, 2>({3, 7});
          }).contains("the shape of /prompts/0/residual_norm is 3 x 7, expected 4 x 7"));
  QVERIFY(refused([](ExploreResult& r) {
            r.prompts[0].tokenLoss.push_back(0);
          }).contains("the length of /prompts/0/token_loss is 7, expected 6"));
  QVERIFY(refused([](ExploreResult& r) {
            r.prompts[0].tokens.back().end = 16;
          }).contains("a token's span in /prompts/0 is 10 to 16"));
  QVERIFY(refused([](ExploreResult& r) { r.prompts[0].tokens.clear(); }).contains("expected at least 1"));
  QVERIFY(refused([](ExploreResult& r) { r.model.config.keyHeads = 3; }).contains("a divisor of the 4 heads"));
  RunView view;
  view.layer = 3;
  QVERIFY(savingError(copy(), view).contains("/view/layer is 3, expected 0 to 2"));
  QVERIFY(savingError(nullptr).contains("there is no result"));

  Exploration exploration = sample::exploration();
  auto trace = std::make_shared<Trace>(*exploration.traces.front());
  trace->layer[1].key = sample::tensor({4, 7, 5}, 1);
  exploration.traces.front() = trace;
  QVERIFY(errorOf([&] { saveRun(path("refused.h5"), exploration, {}, true); }).contains("the trace of prompt 0"));
  QVERIFY(!files().contains("refused.h5"));
}

void RunFileTest::threadsTakeTurns() {
  const Exploration saved = sample::exploration();
  saveRun(path(), saved, sample::view(), true);
  std::atomic<int> good = 0;
  std::vector<std::thread> threads;
  for (int i = 0; i < 4; ++i) {
    threads.emplace_back([&, i] {
      const std::string own = "thread" + std::to_string(i) + ".h5";
      for (int round = 0; round < 10; ++round) {
        saveRun(path(own.c_str()), saved, sample::view(), true);
        const auto run = RunFile::open(path(round % 2 ? "run.h5" : own.c_str()));
        good += sameBits(run->head(0, 1, i).query, saved.traces.front()->layer[1].query.select(0, i));
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  QCOMPARE(good.load(), 40);
}

QTEST_GUILESS_MAIN(RunFileTest)
#include "tst_run_file.moc"
