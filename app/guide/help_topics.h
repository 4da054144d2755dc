#pragma once

#include <QString>
#include <vector>

class QObject;

namespace sinkscope {

/// A text of the help, one a measure, as resources/help holds it; docs/measures.md is made of the same.
struct HelpTopic {
  QString name;   ///< of its file, without the suffix; what links say
  QString title;  ///< its heading
  QString text;   ///< Markdown

  /// Whether every word stands in it, whatever the case; no words: it does.
  bool has(const QString& words) const;
};

/// In the order of the contents.
const std::vector<HelpTopic>& helpTopics();

/// What a page of the window is about, for who sees it for the first time.
struct PageGuide {
  const char* page;   ///< its class
  const char* topic;  ///< of the help
  const char* hint;   ///< what to do to see something there; empty: the page says so itself
};

/// That of a page, which every page has.
const PageGuide& guideOf(const QObject& page);

}  // namespace sinkscope
