#include "app/notice.h"
#include "app/pages/collapse_tabs.h"
#include "app/pages/intervene_tabs.h"
#include "app/pages/train_page.h"
#include "app/rail.h"
#include "app/recovery.h"
#include "app/window.h"

#include <QStackedWidget>
#include <QTimer>

namespace sinkscope {
namespace {

constexpr int kAfterChangeMs = 2000;
const QString kPageKey = QStringLiteral("page");

}  // namespace

void Window::keepRecovery(const std::filesystem::path& folder) {
  recovery_ = std::make_unique<Recovery>(folder);
  keeping_ = new QTimer(this);
  keeping_->setSingleShot(true);
  keeping_->setInterval(kAfterChangeMs);
  connect(keeping_, &QTimer::timeout, this, [this] {
    if (recovery_) recovery_->save(state());
  });
  const auto soon = [this] {
    if (!keeping_->isActive()) keeping_->start();
  };
  connect(&document_, &Document::changed, keeping_, soon);
  connect(ofRail_, &QStackedWidget::currentChanged, keeping_, soon);
  for (TabbedPages* tabs : findChildren<TabbedPages*>()) connect(tabs, &TabbedPages::turned, keeping_, soon);
  connect(&train_->queue(), &TrainingQueue::changed, keeping_, soon);
}

WindowState Window::state() {
  const auto* tabs = qobject_cast<TabbedPages*>(ofRail_->currentWidget());
  return {document_.inputs(), ofRail_->currentIndex(), tabs ? tabs->index() : 0, train_->queue().trainings()};
}

std::optional<WindowState> Window::recover(bool mayPutBack) {
  const std::optional<Recovery::Lost> lost = recovery_->takeLost();
  if (!lost) return std::nullopt;
  const WindowState& state = lost->state;
  if (mayPutBack && !lost->again)
    putBack(state);
  else
    recovered_->showHint(tr("Sinkscope ended unexpectedly the last time."), tr("Restore what was there"),
                         [this, state] { putBack(state); });
  return state;
}

void Window::keepStart(const std::optional<WindowState>& lost) {
  keeping_->stop();  // the start itself is no change
  recovery_->save(lost.value_or(state()), lost.has_value());
}

void Window::turnTo(int page, int tab) {
  if (page < 0 || page >= ofRail_->count()) return;
  rail_->turnTo(ofRail_->widget(page));
  auto* tabs = qobject_cast<TabbedPages*>(ofRail_->currentWidget());
  if (tabs && tab >= 0 && tab < static_cast<int>(tabs->pages().size()))
    tabs->turnTo(tabs->pages()[static_cast<std::size_t>(tab)]);
}

void Window::keepPage() {
  const WindowState now = state();
  settings_.setState(kPageKey, QByteArray::number(now.page) + ' ' + QByteArray::number(now.tab));
}

void Window::turnToKeptPage() {
  const QList<QByteArray> kept = settings_.state(kPageKey).split(' ');
  if (kept.size() == 2) turnTo(kept[0].toInt(), kept[1].toInt());
}

void Window::putBack(const WindowState& state) {
  document_.replace(state.inputs);
  turnTo(state.page, state.tab);
  const QString words = tr("Sinkscope ended unexpectedly. The prompt, the settings and the page are as they were.");
  const int trainings = static_cast<int>(state.trainings.size());
  if (trainings == 0) return recovered_->showHint(words, {}, {});
  recovered_->showHint(words,
                       trainings == 1 ? tr("Go on with the training") : tr("Go on with %1 trainings").arg(trainings),
                       [this, queued = state.trainings] {
                         train_->takeUp(queued);
                         turnTo(train_);
                       });
}

}  // namespace sinkscope
