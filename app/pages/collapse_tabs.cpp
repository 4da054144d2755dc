#include "app/pages/collapse_tabs.h"

#include "app/pages/collapse_page.h"
#include "app/pages/heads_page.h"
#include "app/pages/probe_page.h"
#include "app/pages/toy_page.h"

namespace sinkscope {

CollapseTabs::CollapseTabs(Session& session, Document& document, QWidget* parent)
    : TabbedPages(parent),
      layers_(new CollapsePage(session, document, this)),
      probes_(new ProbePage(session, document, this)),
      heads_(new HeadsPage(session, document, this)),
      toy_(new ToyPage(session, document, this)) {
  addTab(tr("Layers"), layers_);
  addTab(tr("Probes"), probes_);
  addTab(tr("Heads"), heads_);
  addTab(tr("Toy"), toy_);
  connect(layers_, &CollapsePage::headActivated, this, &CollapseTabs::headActivated);
  connect(heads_, &HeadsPage::headActivated, this, &CollapseTabs::headActivated);
  connect(heads_, &HeadsPage::promptFileWanted, this, &CollapseTabs::promptFileWanted);
}

}  // namespace sinkscope
