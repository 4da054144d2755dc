#pragma once

#include "app/pages/tabbed_pages.h"

namespace sinkscope {

class CollapsePage;
class Document;
class HeadsPage;
class ProbePage;
class Session;
class ToyPage;

/// Do tokens become alike? The measures over the layers of a prompt, probes with made-up sequences, the heads that rest
/// on the first token over many prompts, and the toy that explains it.
class CollapseTabs : public TabbedPages {
  Q_OBJECT

 public:
  CollapseTabs(Session& session, Document& document, QWidget* parent = nullptr);

  CollapsePage* layers() const { return layers_; }
  ProbePage* probes() const { return probes_; }
  HeadsPage* heads() const { return heads_; }
  ToyPage* toy() const { return toy_; }

 signals:
  void headActivated(int layer, int head);  ///< on any tab
  void promptFileWanted();                  ///< for `HeadsPage::setPromptFile`

 private:
  CollapsePage* layers_;
  ProbePage* probes_;
  HeadsPage* heads_;
  ToyPage* toy_;
};

}  // namespace sinkscope
