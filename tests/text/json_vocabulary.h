#pragma once

#include "core/text/tokenizer.h"

#include <QByteArray>
#include <QFile>
#include <QJsonDocument>
#include <QJsonObject>
#include <QJsonValue>
#include <QString>
#include <QTemporaryDir>
#include <memory>

namespace sinkscope {

/// A tokenizer's JSON that tests change before it is read from a file in a folder of its own.
class JsonVocabulary {
 protected:
  /// `file`: its name, by which `loadTokenizer` knows what it is.
  explicit JsonVocabulary(const QString& file) : file_(file) {}

  void writeFile(const QString& name, const QByteArray& content) const {
    QFile file(folder_.filePath(name));
    if (!file.open(QIODevice::WriteOnly) || file.write(content) != content.size())
      qFatal("the temporary folder can't be written");
  }
  std::shared_ptr<const Tokenizer> readText(const QByteArray& content) const {
    writeFile(file_, content);
    return loadTokenizer(folder_.path().toStdString());
  }
  std::shared_ptr<const Tokenizer> read() const { return readText(QJsonDocument(json_).toJson()); }
  std::shared_ptr<const Tokenizer> readWith(const QString& key, const QJsonValue& value) const {
    QJsonObject changed = json_;
    changed[key] = value;
    return readText(QJsonDocument(changed).toJson());
  }

  QTemporaryDir folder_;
  QJsonObject json_;

 private:
  QString file_;
};

}  // namespace sinkscope
