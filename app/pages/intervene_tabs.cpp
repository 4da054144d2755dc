#include "app/pages/intervene_tabs.h"

#include "app/pages/intervene_page.h"
#include "app/pages/robustness_page.h"

namespace sinkscope {

InterveneTabs::InterveneTabs(Session& session, Document& document, QWidget* parent)
    : TabbedPages(parent),
      interventions_(new IntervenePage(session, document, this)),
      robustness_(new RobustnessPage(session, document, this)) {
  addTab(tr("Interventions"), interventions_);
  addTab(tr("Robustness"), robustness_);
}

}  // namespace sinkscope
