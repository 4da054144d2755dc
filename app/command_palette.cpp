#include "app/command_palette.h"

#include "app/palette_delegate.h"
#include "widgets/theme.h"

#include <QAction>
#include <QApplication>
#include <QFocusEvent>
#include <QKeyEvent>
#include <QLineEdit>
#include <QListWidget>
#include <QMainWindow>
#include <QMenuBar>
#include <QVBoxLayout>
#include <algorithm>
#include <utility>

namespace sinkscope {
namespace {

constexpr int kWidth = 160 * kGrid;
constexpr int kMostRows = 12;
constexpr double kChosenBefore = 0.5;  // what was chosen here before comes before what matches a little better
constexpr double kCannot = -1000.0;    // what cannot be chosen now comes last

}  // namespace

CommandPalette::CommandPalette(QMainWindow& window)
    : Overlay(&window), window_(window), field_(new QLineEdit(this)), list_(new QListWidget(this)) {
  setObjectName(QStringLiteral("commandPalette"));
  setAccessibleName(tr("Command palette"));
  field_->setObjectName(QStringLiteral("paletteField"));
  field_->setAccessibleName(tr("Find an action"));
  field_->setPlaceholderText(tr("Find an action, a page, a model or a run"));
  field_->installEventFilter(this);
  list_->setObjectName(QStringLiteral("paletteList"));
  list_->setAccessibleName(tr("Actions"));
  list_->setItemDelegate(new PaletteDelegate(list_));
  list_->setFocusPolicy(Qt::NoFocus);  // the field keeps it
  list_->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
  list_->setFrameShape(QFrame::NoFrame);
  list_->setUniformItemSizes(true);
  auto* column = new QVBoxLayout(this);
  column->setContentsMargins(kSpacing, kSpacing, kSpacing, kSpacing);
  column->setSpacing(kSpacing);
  column->addWidget(field_);
  column->addWidget(list_);
  connect(field_, &QLineEdit::textChanged, this, &CommandPalette::find);
  connect(list_, &QListWidget::itemClicked, this, [this](QListWidgetItem* item) { choose(list_->row(item)); });
  qApp->installEventFilter(this);
  hide();
}

void CommandPalette::open() {
  if (isVisible()) return close();
  before_ = QApplication::focusWidget();
  entries_ = menuEntries(*window_.menuBar());
  field_->clear();
  find();
  show();
  raise();
  field_->setFocus(Qt::PopupFocusReason);
}

void CommandPalette::close() {
  const bool hadFocus = field_->hasFocus();
  hide();
  if (hadFocus && before_) before_->setFocus(Qt::PopupFocusReason);
}

std::vector<CommandPalette::Hit> CommandPalette::hits(const QString& typed) const {
  std::vector<Hit> hits;
  for (std::size_t i = 0; i < entries_.size(); ++i) {
    if (!entries_[i].action) continue;
    const QString path = entries_[i].path();
    std::optional<FuzzyMatch> match = fuzzyMatch(typed, path);
    if (!match) continue;
    const qsizetype before = chosen_.indexOf(path);
    if (before >= 0) match->score += kChosenBefore + 1.0 / static_cast<double>(before + 2);
    if (!entries_[i].action->isEnabled()) match->score += kCannot;
    hits.push_back({i, std::move(*match)});
  }
  std::ranges::stable_sort(hits, std::greater(), [](const Hit& hit) { return hit.match.score; });
  return hits;
}

void CommandPalette::find() {
  list_->clear();
  for (const Hit& hit : hits(field_->text().trimmed())) {
    const MenuEntry& entry = entries_[hit.entry];
    auto* item = new QListWidgetItem(entry.path(), list_);
    PaletteDelegate::fill(*item, entry, hit.match.places);
    item->setData(Qt::UserRole, static_cast<qulonglong>(hit.entry));
  }
  if (list_->count() == 0) {
    auto* none = new QListWidgetItem(tr("Nothing is called like that"), list_);
    none->setFlags(Qt::NoItemFlags);
  }
  list_->setCurrentRow(0);
  place();
}

void CommandPalette::choose(int row) {
  const QListWidgetItem* item = list_->item(row);
  if (!item || !item->flags().testFlag(Qt::ItemIsEnabled)) return;
  const MenuEntry& entry = entries_[static_cast<std::size_t>(item->data(Qt::UserRole).toULongLong())];
  chosen_.removeAll(entry.path());
  chosen_.prepend(entry.path());
  // Later, when the focus is where it was: the action may ask which field has it, and may open a dialog.
  if (entry.action) QMetaObject::invokeMethod(entry.action.data(), &QAction::trigger, Qt::QueuedConnection);
  close();
}

bool CommandPalette::takeKey(int key) {
  const int row = list_->currentRow(), last = list_->count() - 1;
  switch (key) {
    case Qt::Key_Escape:
      close();
      return true;
    case Qt::Key_Return:
    case Qt::Key_Enter:
      choose(row);
      return true;
    case Qt::Key_Down:
      list_->setCurrentRow(row == last ? 0 : row + 1);
      return true;
    case Qt::Key_Up:
      list_->setCurrentRow(row <= 0 ? last : row - 1);
      return true;
    case Qt::Key_PageDown:
      list_->setCurrentRow(std::min(last, row + kMostRows));
      return true;
    case Qt::Key_PageUp:
      list_->setCurrentRow(std::max(0, row - kMostRows));
      return true;
    default:
      return false;
  }
}

bool CommandPalette::eventFilter(QObject* object, QEvent* event) {
  if (event->type() == QEvent::ShortcutOverride) {
    const auto* key = static_cast<QKeyEvent*>(event);
    if (key->matches(QKeySequence::MoveToEndOfLine) || key->matches(QKeySequence::DeleteEndOfLine)) {
      if (key->modifiers() != Qt::ControlModifier) return false;  // the End key
      event->ignore();
      return true;
    }
  }
  if (object == &window_ && event->type() == QEvent::Resize && isVisible()) place();
  if (object == field_ && event->type() == QEvent::KeyPress) {
    if (takeKey(static_cast<QKeyEvent*>(event)->key())) return true;
  }
  if (object == field_ && event->type() == QEvent::ShortcutOverride &&
      static_cast<QKeyEvent*>(event)->key() == Qt::Key_Escape) {
    event->accept();  // before a shortcut of the page takes it
    return true;
  }
  if (object == field_ && event->type() == QEvent::FocusOut) {
    const Qt::FocusReason reason = static_cast<QFocusEvent*>(event)->reason();
    if (reason != Qt::ActiveWindowFocusReason && reason != Qt::PopupFocusReason) hide();
  }
  return Overlay::eventFilter(object, event);
}

void CommandPalette::place() {
  const int width = std::min(kWidth, window_.width() - 2 * kMargin);
  const int rows = std::min(kMostRows, list_->count());
  list_->setFixedHeight(rows * std::max(1, list_->sizeHintForRow(0)));
  setFixedWidth(width);
  adjustSize();
  move((window_.width() - width) / 2, window_.menuBar()->height() + kSpacing);
}

}  // namespace sinkscope
