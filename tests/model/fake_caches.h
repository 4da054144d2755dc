#pragma once

#include "damage.h"
#include "small_llama.h"

#include <QCryptographicHash>
#include <QDir>
#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QTemporaryDir>

namespace sinkscope {

/// A home in which every program that keeps models has nothing yet, and the environment that leads there.
class FakeHome {
 public:
  FakeHome() {
    for (const char* name : {"HF_HOME", "HF_HUB_CACHE", "HUGGINGFACE_HUB_CACHE", "XDG_CACHE_HOME", "OLLAMA_MODELS"})
      qunsetenv(name);
    qputenv("HOME", QFile::encodeName(folder_.path()));
    qputenv("XDG_DATA_HOME", QFile::encodeName(path(QStringLiteral(".local/share"))));
  }

  QString path(const QString& below) const { return folder_.filePath(below); }

  /// Writes a file, and the folders that it needs.
  QString write(const QString& below, const QByteArray& bytes) const {
    const QString whole = path(below);
    if (!QDir().mkpath(QFileInfo(whole).path())) qFatal("cannot make %s", qPrintable(whole));
    damage::writeAll(whole, bytes);
    return whole;
  }
  /// Copies a tiny model's files, all or some of them.
  void copyTiny(const QString& model, const QString& below, const QStringList& without = {}) const {
    for (const QString& name : filesOf(model, without))
      write(below + '/' + name, damage::readAll(tiny(model) + '/' + name));
  }
  static QString tiny(const QString& model) { return QStringLiteral(SINKSCOPE_TEST_DATA "/tiny/") + model; }

  /// Puts a file into a snapshot of the Hugging Face cache, as huggingface_hub does: a link to a blob.
  void putInHub(const QString& repository, const QString& commit, const QString& file, const QByteArray& bytes) const {
    const QString folder = hub(repository);
    const QString blob = QString::fromLatin1(QCryptographicHash::hash(bytes, QCryptographicHash::Sha256).toHex());
    write(folder + "/blobs/" + blob, bytes);
    const QString link = path(folder + "/snapshots/" + commit + '/' + file);
    QDir().mkpath(QFileInfo(link).path());
    const QString up = QStringLiteral("../").repeated(2 + file.count('/'));
    if (!QFile::link(up + "blobs/" + blob, link)) qFatal("cannot link %s", qPrintable(link));
  }
  /// The same with the files of a tiny model; the branch main names the commit.
  void putTinyInHub(const QString& repository, const QString& commit, const QString& model,
                    const QStringList& without = {}) const {
    for (const QString& name : filesOf(model, without))
      putInHub(repository, commit, name, damage::readAll(tiny(model) + '/' + name));
    setMain(repository, commit);
  }
  void setMain(const QString& repository, const QString& commit) const {
    write(hub(repository) + "/refs/main", commit.toLatin1());
  }
  /// Below the home.
  static QString hub(const QString& repository) {
    return QStringLiteral(".cache/huggingface/hub/models--") + QString(repository).replace('/', QLatin1String("--"));
  }

  /// Puts a model into a folder of Ollama's, below the home; `manifest`: behind "manifests/".
  QString putInOllama(const QString& folder, const QString& manifest, const QByteArray& weights) const {
    const QByteArray hash = QCryptographicHash::hash(weights, QCryptographicHash::Sha256).toHex();
    const QJsonArray layers{layer("model", "sha256:" + hash, weights.size()), layer("template", "sha256:" + hash, 12)};
    write(folder + "/manifests/" + manifest,
          QJsonDocument(QJsonObject{{"schemaVersion", 2}, {"layers", layers}}).toJson());
    return write(folder + "/blobs/sha256-" + QString::fromLatin1(hash), weights);
  }
  static QJsonObject layer(const QString& kind, const QString& digest, qint64 bytes) {
    return {{"mediaType", "application/vnd.ollama.image." + kind}, {"digest", digest}, {"size", bytes}};
  }

 private:
  /// A model's own files, without what is expected of it.
  static QStringList filesOf(const QString& model, const QStringList& without) {
    QStringList files = QDir(tiny(model)).entryList(QDir::Files);
    files.removeIf([&](const QString& file) { return without.contains(file) || file.startsWith("expected"); });
    return files;
  }

  QTemporaryDir folder_;
};

}  // namespace sinkscope
