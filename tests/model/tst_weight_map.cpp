// torch comes before Qt: `slots` is a name of its own.
#include <ATen/Functions.h>

#include "core/model/model.h"
#include "damage.h"
#include "small_llama.h"

#include <QCryptographicHash>
#include <QTemporaryDir>

using namespace sinkscope;
using gguf_bytes::entry;
using gguf_bytes::llamaFile;
using gguf_bytes::smallLlama;
using gguf_bytes::tensor;

namespace {

const QString tiny = QStringLiteral(SINKSCOPE_TEST_DATA "/tiny/");

}  // namespace

class TestWeightMap : public QObject {
  Q_OBJECT
 private slots:
  void initTestCase() { qputenv("XDG_CACHE_HOME", QFile::encodeName(folder_.path())); }
  void rowsOfQueriesAndKeys();
  void normsOfGemma_data();
  void normsOfGemma();
  void identity();
  void misfitsAreSaid();
  void foldersAreChecked();
  void otherDevices();
  void mutatedModels();

 private:
  std::shared_ptr<const Model> load(const QByteArray& bytes) {
    damage::writeAll(path_, bytes);
    return loadModel(path_.toStdString(), "cpu", {});
  }

  QTemporaryDir folder_;
  QString path_ = folder_.filePath(QStringLiteral("small.gguf"));
};

// llama.cpp's order of a head of width 6 is 0 3 1 4 2 5: neighbours rotate together. Row r of the file counts from 8 r.
void TestWeightMap::rowsOfQueriesAndKeys() {
  const auto model = load(llamaFile(smallLlama()));
  const int order[] = {0, 2, 4, 1, 3, 5};
  const auto expected = [&](const at::Tensor& rows, std::int64_t width) {
    for (std::int64_t row = 0; row < rows.size(0); ++row) {
      const auto stored = static_cast<float>((6 * (row / 6) + order[row % 6]) * width);
      for (std::int64_t i = 0; i < width; ++i) {
        QCOMPARE(rows.reshape({-1, width})[row][i].item<float>(), stored + static_cast<float>(i));
      }
    }
  };
  expected(model->parameters["layer0.query"], 8);
  expected(model->parameters["layer0.key"], 8);
  expected(model->parameters["layer0.queryBias"], 1);
  expected(model->parameters["layer0.keyBias"], 1);
  QVERIFY(at::equal(model->parameters["layer0.value"].flatten(), at::arange(48, at::kFloat)));
  QVERIFY(at::equal(model->parameters["layer0.valueBias"], at::arange(6, at::kFloat)));
  for (const auto& [name, value] : model->parameters.all()) QVERIFY2(value.is_contiguous(), name.c_str());
}

void TestWeightMap::normsOfGemma_data() {
  QTest::addColumn<QString>("name");
  QTest::newRow("one file") << "gemma3-tied";
  QTest::newRow("shards") << "gemma3-untied-sharded";
}

void TestWeightMap::normsOfGemma() {
  QFETCH(QString, name);
  const std::filesystem::path path = (tiny + name).toStdString();
  const auto model = loadModel(path, "cpu", {});
  const auto file = openTensorFile(path);
  const auto same = [&](const char* parameter, const char* stored, double added) {
    QVERIFY2(at::equal(model->parameters[parameter], file->read(stored).add(added)), parameter);
  };
  same("finalNorm", "model.norm.weight", 1);
  same("layer1.attentionNorm", "model.layers.1.input_layernorm.weight", 1);
  same("layer1.queryNorm", "model.layers.1.self_attn.q_norm.weight", 1);
  same("layer1.keyNorm", "model.layers.1.self_attn.k_norm.weight", 1);
  same("layer1.postAttentionNorm", "model.layers.1.post_attention_layernorm.weight", 1);
  same("layer1.feedForwardNorm", "model.layers.1.pre_feedforward_layernorm.weight", 1);
  same("layer1.postFeedForwardNorm", "model.layers.1.post_feedforward_layernorm.weight", 1);
  same("layer1.query", "model.layers.1.self_attn.q_proj.weight", 0);
  same("embedding", "model.embed_tokens.weight", 0);
}

void TestWeightMap::identity() {
  const auto small = load(llamaFile(smallLlama()));
  QCOMPARE(small->identity.name, std::string("small.gguf"));
  QCOMPARE(small->identity.licence, std::string("mit"));
  QCOMPARE(small->identity.weightType, std::string("F32"));
  QCOMPARE(small->identity.parameterCount, 40 + 8 + 8 + 96 + 48 + 48 + 96 + 12 + 6 + 6 + 8 + 3 * 80);
  QCOMPARE(small->parameters.bytes(), 4 * small->identity.parameterCount);
  QCOMPARE(small->device, std::string("cpu"));

  const auto sharded = loadModel((tiny + QStringLiteral("llama-tied-sharded/")).toStdString(), "cpu", {});
  QCOMPARE(sharded->identity.files.size(), std::size_t{4});
  QCOMPARE(sharded->identity.files[3].name, std::string("config.json"));
  for (const FileIdentity& file : sharded->identity.files) {
    const QByteArray bytes =
        damage::readAll(tiny + QStringLiteral("llama-tied-sharded/") + QString::fromStdString(file.name));
    QCOMPARE(static_cast<qsizetype>(file.bytes), bytes.size());
    QCOMPARE(QByteArray::fromStdString(file.sha256),
             QCryptographicHash::hash(bytes, QCryptographicHash::Sha256).toHex());
  }
}

void TestWeightMap::misfitsAreSaid() {
  const auto errorOf = [&](const std::vector<gguf_bytes::Tensor>& tensors) {
    return damage::errorOf([&] { load(llamaFile(tensors)); });
  };
  const auto good = smallLlama();
  for (std::size_t left = 0; left < good.size(); ++left) {
    auto tensors = good;
    tensors.erase(tensors.begin() + static_cast<std::ptrdiff_t>(left));
    const QString error = errorOf(tensors);
    // Without the first bias the others are too many.
    if (!good[left].name.contains("attn_q.bias")) QVERIFY2(error.contains(good[left].name), qPrintable(error));
    QVERIFY2(error.contains("small.gguf"), qPrintable(error));
  }
  auto tensors = good;
  tensors[3] = tensor("blk.0.attn_q.weight", {12, 8});
  const QString shape = errorOf(tensors);
  QVERIFY2(shape.contains("'blk.0.attn_q.weight'") && shape.contains("8 x 12") && shape.contains("12 x 8"),
           qPrintable(shape));
  tensors = good;
  tensors.push_back(tensor("cls.weight", {3}));
  QVERIFY(errorOf(tensors).contains("'cls.weight'"));
}

void TestWeightMap::foldersAreChecked() {
  const auto errorOf = [](const QString& path) {
    return damage::errorOf([&] { loadModel(path.toStdString(), "cpu", {}); });
  };
  QTemporaryDir folder;
  QVERIFY(errorOf(folder.path()).contains("model.safetensors"));
  damage::writeAll(folder.filePath(QStringLiteral("pytorch_model.bin")), "PK");
  const QString pickled = errorOf(folder.path());
  QVERIFY2(pickled.contains("pytorch_model.bin") && pickled.contains("save_pretrained"), qPrintable(pickled));
  QFile::copy(tiny + QStringLiteral("llama-gqa/model.safetensors"),
              folder.filePath(QStringLiteral("model.safetensors")));
  QVERIFY(errorOf(folder.path()).contains("config.json"));
  QVERIFY(errorOf(folder.filePath(QStringLiteral("model.safetensors"))).contains("config.json"));
  QFile::copy(tiny + QStringLiteral("gemma3-tied/config.json"), folder.filePath(QStringLiteral("config.json")));
  const QString other = errorOf(folder.path());
  QVERIFY2(other.contains("model.safetensors") && other.contains("expected"), qPrintable(other));
  QVERIFY(errorOf(folder.filePath(QStringLiteral("nothing.gguf"))).contains("does not exist"));
  QVERIFY(errorOf(folder.filePath(QStringLiteral("config.json"))).contains("is no model"));
  // The weights' file stands for its folder.
  const auto whole = loadModel((tiny + QStringLiteral("llama-gqa")).toStdString(), "cpu", {});
  const auto file = loadModel((tiny + QStringLiteral("llama-gqa/model.safetensors")).toStdString(), "cpu", {});
  QVERIFY(whole->config() == file->config() && whole->identity.files == file->identity.files);
  QCOMPARE(whole->identity.name, std::string("llama-gqa"));
}

void TestWeightMap::otherDevices() {
  const std::string path = (tiny + QStringLiteral("llama-gqa")).toStdString();
  QVERIFY(damage::errorOf([&] { loadModel(path, "abacus", {}); }).contains("'abacus'"));
  if (!at::hasCUDA()) QVERIFY(damage::errorOf([&] { loadModel(path, "cuda", {}); }).contains("CUDA"));
}

void TestWeightMap::mutatedModels() {
  const QByteArray good = llamaFile(smallLlama());
  const QString path = folder_.filePath(QStringLiteral("mutated.gguf"));
  const int errors = damage::mutate(good, path, 1100, 2000, [&] { loadModel(path.toStdString(), "cpu", {}); });
  QVERIFY2(errors > 1000 && errors < 2000, qPrintable(QString::number(errors)));
}

QTEST_GUILESS_MAIN(TestWeightMap)
#include "tst_weight_map.moc"
