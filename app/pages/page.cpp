#include "app/pages/page.h"

#include "app/session.h"

#include <QScopedValueRollback>

namespace sinkscope {

Page::Page(Session& session, Document& document, QWidget* parent)
    : QWidget(parent), session_(session), document_(document) {
  edited_.setSingleShot(true);
  connect(&edited_, &QTimer::timeout, this, [this] {
    if (isVisible()) askNow();
  });
  connect(&document_, &Document::changed, this, [this](const Inputs& now, const Inputs& before) {
    if (!replacing_) follow(now, before);
  });
}

void Page::askNow() {
  needNotAsk();
  ask();
}

void Page::askSoon(int pauseMs) {
  stale_ = true;
  if (isVisible()) edited_.start(pauseMs);
}

void Page::needNotAsk() {
  edited_.stop();
  stale_ = false;
}

void Page::replaceInputs(const Inputs& inputs) {
  session_.cancel(asking_);
  needNotAsk();
  const QScopedValueRollback replacing(replacing_, true);
  document_.replace(inputs);
}

void Page::showEvent(QShowEvent* event) {
  QWidget::showEvent(event);
  if (stale_) edited_.start(0);  // not yet: a run that is being opened turns to its own page at once
}

}  // namespace sinkscope
