// torch comes before Qt: `slots` is a name of its own.
#include "core/model/demo_models.h"
#include "core/model/gguf.h"
#include "core/model/model.h"
#include "core/model/model_listing.h"
#include "core/model/weight_memory.h"
#include "core/text/tokenizer.h"
#include "fake_caches.h"

#include <QElapsedTimer>

#include <algorithm>
#include <map>

#include <unistd.h>

using namespace sinkscope;
using gguf_bytes::entry;
using gguf_bytes::llamaFile;
using gguf_bytes::smallLlama;

namespace {

QByteArray smallModel() {
  return llamaFile(smallLlama());
}

/// What was found but the program's own samples, by name.
std::map<QString, ModelListing> listed(const std::vector<std::filesystem::path>& added = {}, std::uint64_t budget = 0) {
  std::map<QString, ModelListing> result;
  for (const FoundModel& model : findModels(modelFolders(added))) {
    const QString name = QString::fromStdString(model.name);
    if (name == QLatin1String(kBuiltInModel)) continue;
    if (!result.emplace(name, listModel(model, budget)).second) qFatal("%s was found twice", qPrintable(name));
  }
  return result;
}

QStringList namesOf(const std::map<QString, ModelListing>& models) {
  QStringList names;
  for (const auto& [name, model] : models) names << name;
  return names;
}

QString pathOf(const ModelListing& listing) {
  return QString::fromStdString(listing.found.path.string());
}

QString problemOf(const std::map<QString, ModelListing>& models, const QString& name) {
  const auto found = models.find(name);
  return found == models.end() ? QStringLiteral("not found") : QString::fromStdString(found->second.problem);
}

}  // namespace

#define COMPARE_PROBLEM(models, name, part) \
  QVERIFY2(problemOf(models, name).contains(QStringLiteral(part)), qPrintable(problemOf(models, name)))

class TestModelFolders : public QObject {
  Q_OBJECT

 private slots:
  void whereIsLooked() {
    const FakeHome home;
    const auto pathsOf = [](ModelSource source) {
      QStringList paths;
      for (const ModelFolder& folder : modelFolders({"/mine"}))
        if (folder.source == source) paths << QString::fromStdString(folder.path.string());
      return paths;
    };
    QCOMPARE(pathsOf(ModelSource::HuggingFace), QStringList{home.path(".cache/huggingface/hub")});
    QCOMPARE(pathsOf(ModelSource::LmStudio),
             (QStringList{home.path(".lmstudio/models"), home.path(".cache/lm-studio/models")}));
    QCOMPARE(pathsOf(ModelSource::Ollama).mid(0, 2),
             (QStringList{home.path(".ollama/models"), "/usr/share/ollama/.ollama/models"}));
    QCOMPARE(pathsOf(ModelSource::Added), QStringList{"/mine"});
    QCOMPARE(pathsOf(ModelSource::Sinkscope)[0], QString::fromStdString(modelFolder().string()));
    // What is more special comes first, as in huggingface_hub.
    qputenv("XDG_CACHE_HOME", "/cache");
    QCOMPARE(pathsOf(ModelSource::HuggingFace), QStringList{"/cache/huggingface/hub"});
    qputenv("HF_HOME", "~/hf");
    QCOMPARE(pathsOf(ModelSource::HuggingFace), QStringList{home.path("hf/hub")});
    qputenv("HUGGINGFACE_HUB_CACHE", "/old");
    QCOMPARE(pathsOf(ModelSource::HuggingFace), QStringList{"/old"});
    qputenv("HF_HUB_CACHE", "/new");
    QCOMPARE(pathsOf(ModelSource::HuggingFace), QStringList{"/new"});
    qputenv("OLLAMA_MODELS", "/ollama");
    QCOMPARE(pathsOf(ModelSource::Ollama)[0], QString("/ollama"));
  }

  void addedFoldersAreKept() {
    const FakeHome home;
    QVERIFY(addedModelFolders().empty());
    setAddedModelFolders({"/mine/a folder", "/other"});
    QCOMPARE(addedModelFolders(), (std::vector<std::filesystem::path>{"/mine/a folder", "/other"}));
    const std::vector<ModelFolder> folders = modelFolders();
    QVERIFY(std::ranges::find(folders, ModelFolder{ModelSource::Added, "/other"}) != folders.end());
    const QString error = damage::errorOf([] { setAddedModelFolders({"/two\nlines"}); });
    QVERIFY2(error.contains("line break"), qPrintable(error));
    QCOMPARE(addedModelFolders().size(), std::size_t{2});
    setAddedModelFolders({});
    QVERIFY(addedModelFolders().empty());
    QVERIFY(QFile::remove(home.path(".local/share/sinkscope/model-folders.txt")));
    home.write(".local/share/sinkscope/model-folders.txt/in the way", "");
    QVERIFY(!damage::errorOf([] { setAddedModelFolders({"/mine"}); }).isEmpty());
  }

  void nothingThere() {
    const FakeHome home;
    QCOMPARE(namesOf(listed()), QStringList());
    QVERIFY(std::ranges::any_of(findModels(modelFolders()),
                                [](const FoundModel& model) { return model.name == kBuiltInModel; }));
  }

  void theHubsSnapshotOfMain() {
    const FakeHome home;
    home.putTinyInHub("meta/llama", "aaa", "llama-gqa");
    home.putTinyInHub("meta/llama", "bbb", "llama-tied-sharded");
    home.setMain("meta/llama", "aaa");
    home.putTinyInHub("gemma", "ccc", "gemma3-untied-sharded");
    home.write(".cache/huggingface/hub/datasets--a--b/snapshots/ddd/config.json", "{}");
    home.write(".cache/huggingface/hub/version.txt", "1");
    const auto models = listed();
    QCOMPARE(namesOf(models), (QStringList{"gemma", "meta/llama"}));
    const ModelListing& llama = models.at("meta/llama");
    QCOMPARE(pathOf(llama), home.path(FakeHome::hub("meta/llama") + "/snapshots/aaa"));
    QCOMPARE(titleOf(llama.found.source), std::string("Hugging Face"));
    QCOMPARE(llama.family, std::string("llama"));
    QCOMPARE(llama.weightType, std::string("F32"));
    QCOMPARE(llama.contextLength, 64);
    QCOMPARE(llama.state, ModelState::Fits);
    QVERIFY(llama.problem.empty());
    // Tied weights count once, norms too: as they are when the model is loaded.
    const auto loaded = loadModel(llama.found.path, "cpu", {});
    QCOMPARE(llama.parameters, loaded->identity.parameterCount);
    QCOMPARE(llama.memory, loaded->parameters.bytes());
    QCOMPARE(loaded->identity.name, std::string("meta/llama"));
    QCOMPARE(llama.found.bytes,
             static_cast<std::uint64_t>(QFileInfo(FakeHome::tiny("llama-gqa/model.safetensors")).size()));
    QCOMPARE(models.at("gemma").family, std::string("gemma3"));
    QVERIFY(models.at("gemma").opens());
  }

  void anotherSnapshotWhereMainsIsNotWhole() {
    const FakeHome home;
    home.putTinyInHub("a/b", "old", "llama-gqa");
    home.putTinyInHub("a/b", "new", "llama-gqa", {"model.safetensors"});
    const auto models = listed();
    QCOMPARE(namesOf(models), QStringList{"a/b"});
    QCOMPARE(pathOf(models.at("a/b")), home.path(FakeHome::hub("a/b") + "/snapshots/old"));
    QVERIFY(models.at("a/b").opens());
  }

  void unfinishedDownloadsSaySo() {
    const FakeHome home;
    home.putTinyInHub("a/shards", "aaa", "llama-tied-sharded", {"model-00002-of-00003.safetensors"});
    home.write(FakeHome::hub("a/shards") + "/blobs/0123.incomplete", "half");
    home.putTinyInHub("a/config-only", "aaa", "llama-gqa", {"model.safetensors"});
    home.write(FakeHome::hub("a/begun") + "/blobs/0123.incomplete", "half");
    home.putTinyInHub("a/lost", "aaa", "llama-gqa");
    const QString weights = home.path(FakeHome::hub("a/lost") + "/snapshots/aaa/model.safetensors");
    QVERIFY(QFile::remove(QFileInfo(weights).canonicalFilePath()));
    const auto models = listed();
    QCOMPARE(models.size(), std::size_t{4});
    COMPARE_PROBLEM(models, "a/shards", "1 of its 3 files of weights is missing (model-00002-of-00003.safetensors)");
    COMPARE_PROBLEM(models, "a/shards", "did not end; 'hf download a/shards' fetches what is missing.");
    COMPARE_PROBLEM(models, "a/config-only", "Its weights were not downloaded. 'hf download a/config-only'");
    COMPARE_PROBLEM(models, "a/begun", "None of its weights are there yet. The download did not end");
    COMPARE_PROBLEM(models, "a/lost", "Its file of weights, model.safetensors, is missing.");
    for (const auto& [name, model] : models) {
      QCOMPARE(model.state, ModelState::Incomplete);
      QCOMPARE(stateText(model), std::string("incomplete"));
    }
    // What is known is told all the same.
    QCOMPARE(models.at("a/shards").family, std::string("llama"));
    QCOMPARE(models.at("a/shards").contextLength, 64);
  }

  void pyTorchFilesAreToBeConverted() {
    const FakeHome home;
    home.putTinyInHub("a/b", "aaa", "llama-gqa", {"model.safetensors"});
    home.putInHub("a/b", "aaa", "pytorch_model.bin", "PK");
    const auto models = listed();
    COMPARE_PROBLEM(models, "a/b", "Its weights are in pytorch_model.bin");
    const QString snapshot = home.path(FakeHome::hub("a/b") + "/snapshots/aaa");
    QVERIFY(
        problemOf(models, "a/b").contains("AutoModelForCausalLM.from_pretrained('" + snapshot + "').save_pretrained("));
    QVERIFY(!problemOf(models, "a/b").contains("hf download"));
    QCOMPARE(models.at("a/b").state, ModelState::Unreadable);
    QCOMPARE(models.at("a/b").family, std::string("llama"));
    QVERIFY(models.at("a/b").parameters > 0);
  }

  void quantisationsInTheHub() {
    const FakeHome home;
    home.putInHub("q/one", "aaa", "one-Q4_0.gguf", smallModel());
    home.putInHub("q/two", "aaa", "two-Q4_0.gguf", smallModel());
    home.putInHub("q/two", "aaa", "Q8_0/two-Q8_0.gguf", smallModel());
    home.putInHub("q/two", "aaa", "mmproj-two.gguf", smallModel());
    const auto models = listed();
    QCOMPARE(namesOf(models), (QStringList{"q/one", "q/two/Q8_0/two-Q8_0", "q/two/two-Q4_0"}));
    QVERIFY(models.at("q/one").opens());
    QVERIFY(pathOf(models.at("q/one")).endsWith("/snapshots/aaa/one-Q4_0.gguf"));
    QCOMPARE(models.at("q/one").contextLength, 32);
    QCOMPARE(loadModel(models.at("q/one").found.path, "cpu", {})->identity.name, std::string("one-Q4_0.gguf"));
  }

  void lmStudioBothFolders() {
    const FakeHome home;
    home.write(".lmstudio/models/publisher/model-GGUF/model-Q8_0.gguf", smallModel());
    home.write(".cache/lm-studio/models/older/other-GGUF/other.gguf", smallModel());
    home.copyTiny("gemma3-tied", ".lmstudio/models/publisher/folder");
    const auto models = listed();
    QCOMPARE(namesOf(models),
             (QStringList{"older/other-GGUF/other", "publisher/folder", "publisher/model-GGUF/model-Q8_0"}));
    for (const auto& [name, model] : models) {
      QVERIFY2(model.opens(), model.problem.c_str());
      QCOMPARE(titleOf(model.found.source), std::string("LM Studio"));
    }
  }

  void partsOfAModel() {
    const FakeHome home;
    home.write("mine/whole-00001-of-00002.gguf", smallModel());
    home.write("mine/whole-00002-of-00002.gguf", "xx");
    home.write("mine/half-00002-of-00002.gguf", smallModel());
    home.write("mine/model-0001-of-0002.gguf", smallModel());  // no name that llama.cpp gives to parts
    const auto models = listed({home.path("mine").toStdString()});
    QCOMPARE(namesOf(models), (QStringList{"half", "model-0001-of-0002", "whole"}));
    QCOMPARE(pathOf(models.at("whole")), home.path("mine/whole-00001-of-00002.gguf"));
    QCOMPARE(models.at("whole").found.bytes, static_cast<std::uint64_t>(smallModel().size() + 2));
    COMPARE_PROBLEM(models, "half", "1 of its 2 files of weights is missing (half-00001-of-00002.gguf).");
    QVERIFY(models.at("model-0001-of-0002").opens());
    // The parts of a model beside the whole of it.
    home.write("mine/whole.gguf", smallModel());
    QCOMPARE(modelsInFolder(home.path("mine").toStdString()).size(), std::size_t{4});
  }

  void ollamasManifests() {
    const FakeHome home;
    const QString blob = home.putInOllama(".ollama/models", "registry.ollama.ai/library/llama3/latest", smallModel());
    home.putInOllama(".ollama/models", "registry.ollama.ai/someone/tuned/8b-q4", smallModel());
    home.putInOllama(".ollama/models", "hf.co/org/name/Q4_K_M", smallModel());
    const QString lost = home.putInOllama(".ollama/models", "registry.ollama.ai/library/lost/latest", "lost");
    QVERIFY(QFile::rename(lost, lost + "-partial"));
    const auto manifest = [&](const char* tag, const QJsonArray& layers) {
      home.write(QStringLiteral(".ollama/models/manifests/registry.ollama.ai/library/odd/") + tag,
                 QJsonDocument(QJsonObject{{"layers", layers}}).toJson());
    };
    const QString hash = "sha256:" + QString(64, 'a');
    manifest("tensors", {FakeHome::layer("tensor", hash, 1)});
    manifest("cloud", {});
    manifest("outside", {FakeHome::layer("model", "sha256:../../../../etc/passwd", 1)});
    manifest("adapted", {FakeHome::layer("model", hash, 1), FakeHome::layer("adapter", hash, 1)});
    home.write(".ollama/models/manifests/registry.ollama.ai/library/odd/damaged", "{");
    const auto models = listed();
    QCOMPARE(namesOf(models),
             (QStringList{"hf.co/org/name:Q4_K_M", "llama3:latest", "lost:latest", "odd:adapted", "odd:cloud",
                          "odd:damaged", "odd:outside", "odd:tensors", "someone/tuned:8b-q4"}));
    QCOMPARE(pathOf(models.at("llama3:latest")), blob);
    QVERIFY(models.at("llama3:latest").opens());
    QCOMPARE(models.at("llama3:latest").found.bytes, static_cast<std::uint64_t>(smallModel().size()));
    COMPARE_PROBLEM(models, "lost:latest", "'ollama pull lost:latest' fetches them");
    COMPARE_PROBLEM(models, "odd:tensors", "Ollama's own format");
    COMPARE_PROBLEM(models, "odd:cloud", "no weights on this machine");
    COMPARE_PROBLEM(models, "odd:outside", "64 hexadecimal digits");
    COMPARE_PROBLEM(models, "odd:adapted", "adapter");
    COMPARE_PROBLEM(models, "odd:damaged", "damaged is damaged: a JSON object is expected");
    // A blob has no ending: it is opened by how it begins, and called by one of its names.
    const auto loaded = loadModel(blob.toStdString(), "cpu", {});
    QCOMPARE(loaded->identity.name, std::string("hf.co/org/name:Q4_K_M"));
    QVERIFY(damage::errorOf([&] { loadTokenizer(blob.toStdString()); }).contains("tokenizer.ggml"));
  }

  void addedFoldersOfEveryLayout() {
    const FakeHome home;
    home.write("disk/direct.gguf", smallModel());
    home.copyTiny("llama-gqa", "disk/deep/er/model");
    home.putInOllama("disk/ollama", "registry.ollama.ai/library/tiny/1b", smallModel());
    home.write("disk/.hidden/no.gguf", smallModel());
    home.write("disk/notes/config.json", "{}");
    home.write("disk/pictures/unet.safetensors", "x");
    home.putTinyInHub("a/b", "aaa", "llama-gqa");
    QVERIFY(QFile::rename(home.path(".cache/huggingface/hub"), home.path("disk/hub")));
    const auto models = listed({home.path("disk").toStdString()});
    QCOMPARE(namesOf(models), (QStringList{"a/b", "deep/er/model", "direct", "tiny:1b"}));
    for (const auto& [name, model] : models) QVERIFY2(model.opens(), model.problem.c_str());
    // One that is itself a model, and one that is no folder at all.
    QCOMPARE(namesOf(listed({home.path("disk/deep/er/model").toStdString()})), QStringList{"model"});
    QCOMPARE(namesOf(listed({home.path("nowhere").toStdString(), home.path("disk/direct.gguf").toStdString()})),
             QStringList());
  }

  void linksInCirclesAndTwice() {
    const FakeHome home;
    home.write("disk/one/model.gguf", smallModel());
    QVERIFY(QFile::link(home.path("disk"), home.path("disk/one/again")));
    QVERIFY(QFile::link("itself", home.path("disk/itself")));
    QVERIFY(QFile::link("broken.gguf", home.path("disk/gone.gguf")));
    QVERIFY(QFile::link(home.path("disk/one"), home.path("disk/two")));
    const auto models = listed({home.path("disk").toStdString(), home.path("disk/one").toStdString()});
    QCOMPARE(namesOf(models), (QStringList{"gone", "one/model"}));
    COMPARE_PROBLEM(models, "gone", "gone.gguf, is missing");
  }

  void foldersThatMayNotBeRead() {
    const FakeHome home;
    home.write("disk/model.gguf", smallModel());
    home.write("disk/locked/other.gguf", smallModel());
    const auto permissions = QFile::permissions(home.path("disk/locked"));
    QVERIFY(QFile::setPermissions(home.path("disk/locked"), {}));
    // The superuser may read everything, so he becomes somebody else for a while.
    const uid_t user = ::geteuid();
    if (user == 0) {
      QVERIFY(QFile::setPermissions(home.path(""), permissions | QFile::ReadOther | QFile::ExeOther));
      QVERIFY(::seteuid(65534) == 0);
    }
    const auto models = listed({home.path("disk").toStdString()});
    if (user == 0) QVERIFY(::seteuid(user) == 0);
    QVERIFY(QFile::setPermissions(home.path("disk/locked"), permissions));
    QCOMPARE(namesOf(models), (QStringList{"locked", "model"}));
    COMPARE_PROBLEM(models, "locked", "cannot be read: Permission denied");
    QVERIFY(models.at("model").opens());
  }

  void whatCannotBeReadSaysWhy() {
    const FakeHome home;
    home.write("mine/bloom.gguf",
               gguf_bytes::file({entry("general.architecture", "bloom"), entry("bloom.context_length", 2048u)},
                                {gguf_bytes::tensor("token_embd.weight", {8, 5})}));
    home.write("mine/cut.gguf", smallModel().left(smallModel().size() / 2));
    home.write("mine/nonsense.gguf", "nonsense");
    auto lacking = smallLlama();
    lacking.pop_back();
    home.write("mine/lacking.gguf", llamaFile(lacking));
    home.copyTiny("llama-gqa", "mine/bert");
    home.write("mine/bert/config.json", R"({"model_type": "bert", "max_position_embeddings": 512})");
    home.copyTiny("llama-gqa", "mine/no-config", {"config.json"});
    home.copyTiny("llama-gqa", "mine/bad-config");
    home.write("mine/bad-config/config.json", "[]");
    home.copyTiny("llama-gqa", "mine/many", {"model.safetensors"});
    home.write("mine/many/a.safetensors", "x");
    home.write("mine/many/b.safetensors", "x");
    QByteArray quantised = smallModel();
    const qsizetype query = quantised.indexOf("blk.0.attn_norm.weight") + 22 + 4 + 8;
    quantised.replace(query, 4, QByteArray::fromHex("18000000"));  // 24: I8, which is no type of weights
    home.write("mine/integers.gguf", quantised);
    const auto models = listed({home.path("mine").toStdString()});
    QCOMPARE(models.size(), std::size_t{9});
    QCOMPARE(stateText(models.at("bloom")), std::string("not supported: bloom"));
    QCOMPARE(models.at("bloom").contextLength, 2048);
    QCOMPARE(models.at("bloom").parameters, 40);
    QCOMPARE(stateText(models.at("bert")), std::string("not supported: bert"));
    QCOMPARE(models.at("bert").contextLength, 512);
    QCOMPARE(models.at("bert").weightType, std::string("F32"));
    COMPARE_PROBLEM(models, "cut", "cut off or damaged");
    COMPARE_PROBLEM(models, "nonsense", "no GGUF file");
    COMPARE_PROBLEM(models, "lacking", "blk.0.ffn_down.weight");
    COMPARE_PROBLEM(models, "no-config/model", "no config.json, which says how the model is built");
    COMPARE_PROBLEM(models, "bad-config", "a JSON object is expected");
    COMPARE_PROBLEM(models, "many", "2 .safetensors files, but no model.safetensors.index.json");
    COMPARE_PROBLEM(models, "integers", "has the type I8, which can't be read");
    for (const auto& [name, model] : models) QVERIFY2(!model.opens() && !model.problem.empty(), qPrintable(name));
  }

  void biggerThanTheMemory() {
    const FakeHome home;
    home.write("mine/small.gguf", smallModel());
    const std::vector<std::filesystem::path> added{home.path("mine").toStdString()};
    const auto memory = static_cast<std::uint64_t>(listed(added).at("small").memory);
    QCOMPARE(listed(added, memory).at("small").state, ModelState::Fits);
    QCOMPARE(listed(added, memory - 1).at("small").state, ModelState::Streams);
    QVERIFY(listed(added, memory - 1).at("small").opens());
    QVERIFY(memoryOfMachine() > std::uint64_t{1} << 28);
  }

  void namesBecomePaths() {
    const FakeHome home;
    home.putTinyInHub("Org/Name", "aaa", "llama-gqa");
    home.putInHub("q/two", "aaa", "a.gguf", smallModel());
    home.putInHub("q/two", "aaa", "b.gguf", smallModel());
    home.putTinyInHub("a/half", "aaa", "llama-gqa", {"model.safetensors"});
    home.putInOllama(".ollama/models", "registry.ollama.ai/library/llama3/latest", smallModel());
    home.write(".lmstudio/models/p/m/file.gguf", smallModel());
    const auto pathOfName = [](const char* name) { return QString::fromStdString(resolveModel(name).string()); };
    const QString snapshot = home.path(FakeHome::hub("Org/Name") + "/snapshots/aaa");
    QCOMPARE(pathOfName("Org/Name"), snapshot);
    QCOMPARE(pathOfName("org/name"), snapshot);
    QCOMPARE(pathOfName("llama3"), pathOfName("llama3:latest"));
    QVERIFY(pathOfName("llama3").contains("/blobs/sha256-"));
    QCOMPARE(pathOfName("p/m"), home.path(".lmstudio/models/p/m/file.gguf"));
    QVERIFY(pathOfName("q/two/b").endsWith("/b.gguf"));
    const auto errorOf = [](const char* name) { return damage::errorOf([&] { resolveModel(name); }); };
    QVERIFY2(errorOf("q/two").contains("several models: q/two/a, q/two/b"), qPrintable(errorOf("q/two")));
    QVERIFY2(errorOf("a/half").contains("'hf download a/half'"), qPrintable(errorOf("a/half")));
    QVERIFY2(errorOf("no/such").contains("'no/such'") &&
                 errorOf("no/such").contains(home.path(".cache/huggingface/hub")) &&
                 errorOf("no/such").contains(home.path(".lmstudio/models")),
             qPrintable(errorOf("no/such")));
    QCOMPARE(errorOf("/no/such"), QString("'/no/such' does not exist."));
    // The folder of a repository is as good as its name.
    QCOMPARE(pathOfName(home.path(FakeHome::hub("Org/Name")).toUtf8()), snapshot);
    QVERIFY(errorOf(home.path(FakeHome::hub("q/two")).toUtf8()).contains("holds several models: a.gguf, b.gguf"));
  }

  void aStopIsSeenBetweenFolders() {
    const FakeHome home;
    for (int i = 0; i < 20; ++i) home.write(QStringLiteral("mine/%1/model.gguf").arg(i), smallModel());
    std::stop_source stop;
    int seen = 0;
    const auto look = [&] {
      findModels({{ModelSource::Added, home.path("mine").toStdString()}}, Job(stop.get_token()), [&](FoundModel) {
        if (++seen == 3) stop.request_stop();
      });
    };
    QVERIFY_THROWS_EXCEPTION(Stopped, look());
    QCOMPARE(seen, 3);
  }

  // A vocabulary as large as Gemma's takes more time than all the rest of a header.
  void vocabulariesAreSkipped() {
    const FakeHome home;
    const QString path = home.write("mine/words.gguf", llamaFile(smallLlama(), {words(262144), scores()}));
    QElapsedTimer timer;
    timer.start();
    const auto models = listed({home.path("mine").toStdString()});
    qInfo("%lld ms", timer.elapsed());
    QVERIFY2(models.at("words").opens(), models.at("words").problem.c_str());
    const GgufFile all(path.toStdString()), skipped(path.toStdString(), GgufFile::Lists::WithoutVocabulary);
    QCOMPARE(all.strings("tokenizer.ggml.tokens").back(), std::string("word262143"));
    QVERIFY(!skipped.has("tokenizer.ggml.tokens") && !skipped.has("tokenizer.ggml.scores"));
    QCOMPARE(skipped.keys().size() + 2, all.keys().size());
    QCOMPARE(skipped.tensors().at("output_norm.weight").offset, all.tensors().at("output_norm.weight").offset);
    // Skipping looks at the file's end as reading does.
    const QByteArray good = llamaFile(smallLlama(), {words(9), scores()});
    damage::cut(good, path, good.size() - 32, 7,
                [&] { GgufFile(path.toStdString(), GgufFile::Lists::WithoutVocabulary); });
  }

 private:
  static QByteArray listHeader(const QByteArray& key, quint32 type, quint64 count) {
    QByteArray bytes;
    gguf_bytes::appendText(bytes, key);
    gguf_bytes::append<quint32>(bytes, 9);
    gguf_bytes::append(bytes, type);
    gguf_bytes::append(bytes, count);
    return bytes;
  }
  static QByteArray words(int count) {
    QByteArray bytes = listHeader("tokenizer.ggml.tokens", 8, static_cast<quint64>(count));
    for (int i = 0; i < count; ++i) gguf_bytes::appendText(bytes, "word" + QByteArray::number(i));
    return bytes;
  }
  static QByteArray scores() {
    QByteArray bytes = listHeader("tokenizer.ggml.scores", 6, 3);
    for (const float score : {0.0f, -1.0f, -2.0f}) gguf_bytes::append(bytes, score);
    return bytes;
  }
};

QTEST_GUILESS_MAIN(TestModelFolders)
#include "tst_model_folders.moc"
