#pragma once

#include "app/pages/tabbed_pages.h"

namespace sinkscope {

class Document;
class IntervenePage;
class RobustnessPage;
class Session;

/// What becomes of the model when it is changed, and of its predictions when tokens are.
class InterveneTabs : public TabbedPages {
  Q_OBJECT

 public:
  InterveneTabs(Session& session, Document& document, QWidget* parent = nullptr);

  IntervenePage* interventions() const { return interventions_; }
  RobustnessPage* robustness() const { return robustness_; }

 private:
  IntervenePage* interventions_;
  RobustnessPage* robustness_;
};

}  // namespace sinkscope
