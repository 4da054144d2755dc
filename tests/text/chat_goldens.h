#pragma once

#include "tests/text/token_goldens.h"

namespace token_goldens {

/// What tests/data/make_chat_goldens.py wrote: `kind` is "templates" or "published".
inline QJsonObject chatGoldens(const QString& kind) {
  static const QJsonObject goldens = readObject(dataPath("chat/goldens.json"));
  return goldens[kind].toObject();
}

/// Fails unless messages become the text and the ids that transformers made of them.
inline void compareChat(const sinkscope::Tokenizer& tokenizer, const QJsonArray& cases) {
  QCOMPARE(cases.size(), 5);
  const bool bos = tokenizer.addsBosTo(true);
  const std::string first = tokenizer.bos() ? tokenizer.bytesOf(*tokenizer.bos()) : "";
  const std::string end = tokenizer.eos() ? tokenizer.bytesOf(*tokenizer.eos()) : "";
  for (const auto& entry : cases) {
    const auto string = [golden = entry.toObject()](const char* key) { return golden[key].toString().toStdString(); };
    const auto wanted = text(idsOf(entry.toObject()["ids"].toArray()));
    const std::string marked = tokenizer.chatTemplate().render(string("user"), bos ? first : "", end, string("system"));
    QCOMPARE(QString::fromStdString(marked), QString::fromStdString(string("text")));
    QCOMPARE(text(tokenizer.encodeIds(marked, {.parseSpecial = true})), wanted);
    if (!string("system").empty()) continue;
    const auto tokens = tokenizer.encode(string("user"), {.addBos = bos, .chat = true});
    QCOMPARE(text(idsOf(tokens)), wanted);
    std::string message;
    for (const sinkscope::Token& token : tokens) message += string("user").substr(token.begin, token.end - token.begin);
    QVERIFY(!message.empty() && string("user").find(message) != std::string::npos);
  }
}

}  // namespace token_goldens
