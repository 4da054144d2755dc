// torch comes before Qt: `slots` is a name of its own.
#include <ATen/Functions.h>

#include "core/model/model.h"
#include "core/model/safetensors.h"
#include "core/model/safetensors_writer.h"
#include "core/text/tokenizer.h"
#include "damage.h"

#include <QDir>
#include <QJsonDocument>
#include <QJsonObject>
#include <QRegularExpression>
#include <QTemporaryDir>

using namespace sinkscope;

namespace {

using Change = std::function<void(const QDir&)>;

/// Puts another weight in the place of one.
Change weight(const std::string& name, const std::function<at::Tensor(const at::Tensor&)>& change) {
  return [=](const QDir& folder) {
    const std::filesystem::path path = folder.filePath("model.safetensors").toStdString();
    std::map<std::string, at::Tensor> tensors;
    {
      const SafetensorsFile file(path);
      for (const auto& [own, info] : file.tensors()) tensors[own] = file.read(own);
    }
    tensors[name] = change(tensors.at(name));
    if (!tensors[name].defined()) tensors.erase(name);
    writeSafetensors(path, tensors, {});
  };
}

Change config(const char* field, const QJsonValue& value) {
  return [=](const QDir& folder) {
    const QString path = folder.filePath("config.json");
    QJsonObject json = QJsonDocument::fromJson(damage::readAll(path)).object();
    if (value.isUndefined())
      json.remove(QLatin1String(field));
    else
      json[QLatin1String(field)] = value;
    damage::writeAll(path, QJsonDocument(json).toJson());
  };
}

Change write(const char* file, const QByteArray& bytes) {
  return [=](const QDir& folder) { damage::writeAll(folder.filePath(file), bytes); };
}

Change without(const char* file) {
  return [=](const QDir& folder) { QVERIFY(QFile::remove(folder.filePath(file))); };
}

Change replace(const char* file, const QByteArray& before, const QByteArray& after) {
  return [=](const QDir& folder) {
    QByteArray bytes = damage::readAll(folder.filePath(file));
    QVERIFY(bytes.contains(before));
    damage::writeAll(folder.filePath(file), bytes.replace(before, after));
  };
}

}  // namespace

/// A folder with one thing wrong: what opens it says so in one sentence that names the file and the field.
class TestMalformedFolders : public QObject {
  Q_OBJECT

 private slots:
  void oneSentence_data() {
    QTest::addColumn<QString>("model");
    QTest::addColumn<Change>("change");
    QTest::addColumn<QStringList>("names");
    const auto add = [](const char* what, const char* model, const Change& change, const QStringList& names) {
      QTest::newRow(what) << QString(model) << change << names;
    };
    const char* whole = "llama-gqa";
    const char* sharded = "llama-tied-sharded";
    const std::string query = "model.layers.0.self_attn.q_proj.weight";
    add("missing shard", sharded, without("model-00002-of-00003.safetensors"), {"model-00002-of-00003.safetensors"});
    add("index that points nowhere", sharded,
        replace("model.safetensors.index.json", "model-00001-of", "model-00009-of"), {"model-00009-of"});
    add("index with a name that is not there", sharded,
        replace("model.safetensors.index.json", "model.norm.weight", "model.norm.wait"),
        {"model.safetensors.index.json", "'model.norm.wait'"});
    add("wrong shape", whole, weight(query, [](const at::Tensor& x) { return x.t().contiguous(); }),
        {"model.safetensors", "'" + QString::fromStdString(query) + "'", "expected"});
    add("missing tensor", whole, weight(query, [](const at::Tensor&) { return at::Tensor(); }),
        {"model.safetensors", "'" + QString::fromStdString(query) + "'"});
    add("unknown tensor type", whole, replace("model.safetensors", "\"F32\"", "\"F33\""), {"model.safetensors", "F33"});
    add("truncated weights", whole,
        [](const QDir& folder) {
          const QString path = folder.filePath("model.safetensors");
          const QByteArray bytes = damage::readAll(path);
          damage::writeAll(path, bytes.left(bytes.size() - 100));
        },
        {"model.safetensors"});
    add("empty weights", whole, write("model.safetensors", ""), {"model.safetensors", "too short"});
    add(".bin only", whole,
        [](const QDir& folder) {
          without("model.safetensors")(folder);
          write("pytorch_model.bin", "PK")(folder);
        },
        {"pytorch_model.bin", "save_pretrained"});
    add("no weights", whole, without("model.safetensors"), {"model.safetensors"});
    add("no config", whole, without("config.json"), {"config.json"});
    add("config that is no JSON", whole, write("config.json", "{"), {"config.json"});
    add("config without a needed field", whole, config("hidden_size", QJsonValue::Undefined),
        {"config.json", "hidden_size"});
    add("config with a text for a number", whole, config("num_hidden_layers", "two"),
        {"config.json", "num_hidden_layers"});
    add("config of an unknown family", whole, config("model_type", "bert"), {"config.json", "bert"});
    add("config that does not fit", whole, config("num_hidden_layers", 7), {"model.safetensors", "layers."});
    add("no tokenizer", whole, Change([](const QDir&) {}), {"has no tokenizer", "tokenizer.json"});
    add("tokenizer that is no JSON", whole, write("tokenizer.json", "{"), {"tokenizer.json"});
    add("tokenizer without a model", whole, write("tokenizer.json", "{}"), {"tokenizer.json", "model"});
    add("tokenizer of another kind", whole, write("tokenizer.json", R"({"model": {"type": "WordPiece"}})"),
        {"tokenizer.json", "WordPiece"});
  }

  void oneSentence() {
    QFETCH(QString, model);
    QFETCH(Change, change);
    QFETCH(QStringList, names);
    const QTemporaryDir folder;
    const QDir source(QStringLiteral(SINKSCOPE_TEST_DATA "/tiny/") + model), target(folder.path());
    for (const QString& name : source.entryList(QDir::Files))
      if (name != "expected.safetensors") QVERIFY(QFile::copy(source.filePath(name), target.filePath(name)));
    loadModel(folder.path().toStdString(), "cpu", {});
    change(target);
    const QString error = damage::errorOf([&] {
      loadModel(folder.path().toStdString(), "cpu", {});
      loadTokenizer(folder.path().toStdString());
    });
    for (const QString& name : names) QVERIFY2(error.contains(name), qPrintable(error));
    // One sentence: it ends with its only full stop that is followed by nothing or a space.
    static const QRegularExpression stops(QStringLiteral("\\.( |$)"));
    QVERIFY2(error.count(stops) == 1 && error.endsWith('.') && !error.contains('\n'), qPrintable(error));
  }
};

QTEST_GUILESS_MAIN(TestMalformedFolders)
#include "tst_malformed_folders.moc"
