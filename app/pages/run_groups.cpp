#include "app/pages/run_groups.h"

#include "widgets/theme.h"

#include <QSignalBlocker>

namespace sinkscope {
namespace {

constexpr int kWidth = 40 * kGrid;

}  // namespace

RunGroups::RunGroups(QWidget* parent) : QListWidget(parent) {
  setObjectName(QStringLiteral("runGroups"));
  setAccessibleName(tr("Groups of runs"));
  setFrameShape(QFrame::NoFrame);
  setFixedWidth(kWidth);
  setTextElideMode(Qt::ElideMiddle);
  setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
  hide();
  connect(this, &QListWidget::currentItemChanged, this, [this](const QListWidgetItem* item) {
    chosen_.reset();
    if (item && row(item) > 0) chosen_ = item->data(Qt::UserRole).toString().toStdString();
    emit chosenChanged();
  });
}

void RunGroups::setGroups(const ListedRuns& runs, bool grouped) {
  setVisible(grouped);
  const QSignalBlocker quiet(this);
  clear();
  addItem(tr("all (%1)").arg(runs.all));
  setCurrentRow(0);
  for (const auto& [value, count] : runs.groups) {
    const QString name = QString::fromStdString(value);
    auto* item = new QListWidgetItem(tr("%1 (%2)").arg(name).arg(count), this);
    item->setData(Qt::UserRole, name);
    item->setToolTip(name);
    if (value == chosen_) setCurrentItem(item);
  }
  if (currentRow() == 0) chosen_.reset();
}

}  // namespace sinkscope
