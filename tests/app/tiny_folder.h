#pragma once

#include <QDir>
#include <QFile>
#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QString>
#include <QTemporaryDir>
#include <QTest>

namespace sinkscope {

/// A tiny random LLaMa with a tokenizer of single printable ASCII characters, in a folder of its own.
class TinyFolder {
 public:
  TinyFolder() {
    const QDir source(QStringLiteral(SINKSCOPE_TEST_DATA "/tiny/llama-gqa"));
    for (const char* name : {"config.json", "model.safetensors"}) {
      if (!QFile::copy(source.filePath(name), folder_.filePath(name))) qFatal("cannot copy %s", name);
    }
    write("tokenizer.json", tokenizer());
    write("tokenizer_config.json", {{"bos_token", "<s>"}, {"add_bos_token", false}});
  }

  QString path() const { return folder_.path(); }
  QString file(const QString& name) const { return folder_.filePath(name); }
  /// Gives it a chat template, for who opens it from now on.
  void addChatTemplate(const QByteArray& source) const {
    QFile file(folder_.filePath("chat_template.jinja"));
    if (!file.open(QIODevice::WriteOnly) || file.write(source) != source.size()) qFatal("cannot write a template");
  }

 private:
  static QJsonObject tokenizer() {
    QJsonObject vocabulary{{"<s>", 1}, {QString(QChar(0x120)), 3}};  // U+0120 stands for the space
    int id = 4;
    for (char letter = '!'; letter <= '~'; ++letter) vocabulary[QString(QChar(letter))] = id++;
    const QJsonObject bos{{"id", 1},         {"content", "<s>"}, {"special", true},    {"single_word", false},
                          {"lstrip", false}, {"rstrip", false},  {"normalized", false}};
    const QJsonObject bytes{{"type", "ByteLevel"}, {"add_prefix_space", false}, {"use_regex", true}};
    return {{"version", "1.0"},
            {"added_tokens", QJsonArray{bos}},
            {"pre_tokenizer", bytes},
            {"decoder", bytes},
            {"model", QJsonObject{{"type", "BPE"}, {"vocab", vocabulary}, {"merges", QJsonArray()}}}};
  }

  void write(const QString& name, const QJsonObject& content) const {
    QFile file(folder_.filePath(name));
    if (!file.open(QIODevice::WriteOnly)) qFatal("cannot write %s", qPrintable(name));
    file.write(QJsonDocument(content).toJson());
  }

  QTemporaryDir folder_;
};

}  // namespace sinkscope
