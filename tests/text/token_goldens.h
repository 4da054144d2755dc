#pragma once

#include "core/text/tokenizer.h"

#include <QtTest/QtTest>

#include <QFile>
#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>

#include <string>
#include <vector>

/// What tests/data/make_token_goldens.py and make_model_goldens.py wrote.
namespace token_goldens {

inline QString dataPath(const QString& name) {
  return QStringLiteral(SINKSCOPE_TEST_DATA "/") + name;
}

inline QJsonObject readObject(const QString& path) {
  QFile file(path);
  if (!file.open(QIODevice::ReadOnly)) qFatal("%s can't be read", qPrintable(path));
  return QJsonDocument::fromJson(file.readAll()).object();
}

inline std::vector<std::int64_t> idsOf(const QJsonArray& array) {
  std::vector<std::int64_t> ids;
  for (const auto& id : array) ids.push_back(id.toInteger());
  return ids;
}

inline QByteArray text(const std::vector<std::int64_t>& ids) {
  QByteArray out;
  for (const auto id : ids) out += QByteArray::number(qlonglong(id)) + ' ';
  return out;
}

/// Fails unless the spans follow one another from the text's beginning to its end.
inline void comparePartition(const std::vector<sinkscope::Token>& tokens, std::size_t size) {
  std::size_t at = 0;
  for (const auto& token : tokens) {
    QCOMPARE(token.begin, at);
    QVERIFY(token.end >= token.begin);
    at = token.end;
  }
  if (!tokens.empty()) QCOMPARE(at, size);
}

/// Fails unless `tokenizer` gives the golden ids of `entry` for every text, with spans that cover the text.
inline void compareGoldens(const sinkscope::Tokenizer& tokenizer, const QString& entry,
                           const sinkscope::EncodeOptions& options = {}) {
  static const QJsonObject goldens = readObject(dataPath("tokens/goldens.json"));
  const QJsonArray texts = goldens["texts"].toArray(), expected = goldens[entry].toArray();
  QVERIFY2(expected.size() >= 90, qPrintable(entry));
  for (qsizetype i = 0; i < expected.size(); ++i) {
    const std::string prompt = texts[i].toString().toStdString();
    const auto tokens = tokenizer.encode(prompt, options);
    if (const auto wanted = idsOf(expected[i].toArray()); idsOf(tokens) != wanted) {
      qWarning("%s, text %d: \"%s\"", qPrintable(entry), int(i), sinkscope::visibleText(prompt).c_str());
      QCOMPARE(text(idsOf(tokens)), text(wanted));
    }
    comparePartition(tokens, prompt.size());
  }
}

/// Fails unless each token's bytes are those of the prompt that its span names.
inline void compareBytes(const std::vector<sinkscope::Token>& tokens, const std::string& prompt) {
  for (const auto& token : tokens) {
    if (!token.special) QCOMPARE(token.bytes, prompt.substr(token.begin, token.end - token.begin));
  }
}

/// Compares with the ids that transformers gave a demo model (tests/data/models).
inline void compareModelGoldens(const sinkscope::Tokenizer& tokenizer, const QString& model) {
  const QJsonArray cases = readObject(dataPath("models/" + model + ".json"))["cases"].toArray();
  QVERIFY(cases.size() >= 18);
  for (const auto& entry : cases) {
    const QJsonObject golden = entry.toObject();
    const std::string prompt = golden["prompt"].toString().toStdString();
    const auto tokens = tokenizer.encode(prompt, {.addBos = golden["bos"].toBool()});
    QCOMPARE(text(idsOf(tokens)), text(idsOf(golden["ids"].toArray())));
    comparePartition(tokens, prompt.size());
    compareBytes(tokens, prompt);
    QCOMPARE(tokenizer.decode(idsOf(tokens)), prompt);
  }
}

inline std::string errorOf(const std::function<void()>& action) {
  try {
    action();
  } catch (const std::exception& error) {
    return error.what();
  }
  return {};
}

/// Whether an error's sentence holds a text; on failure the sentence is shown.
#define COMPARE_ERROR(action, part)                                                                       \
  do {                                                                                                    \
    const std::string sentence = token_goldens::errorOf([&] { action; });                                 \
    QVERIFY2(sentence.find(part) != std::string::npos, sentence.empty() ? "no error" : sentence.c_str()); \
  } while (false)

}  // namespace token_goldens
