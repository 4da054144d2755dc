#include "app/pages/run_contents.h"

#include "app/pages/layout_parts.h"
#include "app/pages/preview_panel.h"
#include "core/byte_text.h"
#include "core/runs/run_preview.h"
#include "core/runs/run_tree.h"
#include "core/shape.h"
#include "widgets/theme.h"

#include <QFileInfo>
#include <QHBoxLayout>
#include <QHash>
#include <QHeaderView>
#include <QLabel>
#include <QPushButton>
#include <QSplitter>
#include <QTableWidget>
#include <QTreeWidget>
#include <QVBoxLayout>

namespace sinkscope {
namespace {

constexpr int kNodeRole = Qt::UserRole;
constexpr int kWidths[] = {40 * kGrid, 16 * kGrid, 20 * kGrid, 16 * kGrid};  // the last column has the rest

QString text(const std::string& words) {
  return QString::fromStdString(words);
}

QTableWidget* attributeTable(QWidget* parent) {
  auto* table = new QTableWidget(0, 2, parent);
  table->setObjectName(QStringLiteral("attributes"));
  table->setAccessibleName(QObject::tr("Attributes"));
  table->setHorizontalHeaderLabels({QObject::tr("Attribute"), QObject::tr("Value")});
  table->horizontalHeader()->setStretchLastSection(true);
  table->verticalHeader()->hide();
  table->verticalHeader()->setDefaultSectionSize(QFontMetrics(table->font()).height() + kGrid);
  table->setEditTriggers(QAbstractItemView::NoEditTriggers);
  table->setShowGrid(false);
  table->setFrameShape(QFrame::NoFrame);
  return table;
}

}  // namespace

RunContents::RunContents(QWidget* parent)
    : QWidget(parent),
      title_(new QLabel(this)),
      tree_(new QTreeWidget(this)),
      attributes_(attributeTable(this)),
      preview_(new PreviewPanel(this)) {
  title_->setObjectName(QStringLiteral("contentsTitle"));
  title_->setFont(themeFor(this).heading);
  title_->setTextFormat(Qt::PlainText);
  tree_->setObjectName(QStringLiteral("contents"));
  tree_->setAccessibleName(tr("Groups and datasets of the file"));
  tree_->setHeaderLabels({tr("Name"), tr("Type"), tr("Shape"), tr("Size"), tr("Stored")});
  tree_->setFrameShape(QFrame::NoFrame);
  tree_->setUniformRowHeights(true);
  for (int column = 0; const int width : kWidths) tree_->header()->resizeSection(column++, width);
  auto* back = new QPushButton(tr("‹ &All runs"), this);
  back->setObjectName(QStringLiteral("leaveContents"));
  back->setToolTip(tr("Back to the list (Esc)"));

  auto* top = new QHBoxLayout;
  top->setSpacing(kSpacing);
  top->addWidget(back);
  top->addWidget(title_, 1);
  auto* right = new QSplitter(Qt::Vertical, this);
  right->addWidget(attributes_);
  right->addWidget(preview_);
  right->setSizes({160, 400});
  auto* all = new QSplitter(Qt::Horizontal, this);
  all->addWidget(tree_);
  all->addWidget(right);
  all->setSizes({480, 560});
  for (QSplitter* splitter : {right, all}) {
    splitter->setChildrenCollapsible(false);
    splitter->setHandleWidth(kMargin);
  }
  auto* column = new QVBoxLayout(this);
  column->setContentsMargins(0, 0, 0, 0);
  column->setSpacing(kSpacing);
  column->addLayout(top);
  column->addWidget(all, 1);
  connect(back, &QPushButton::clicked, this, &RunContents::leaveWanted);
  connect(tree_, &QTreeWidget::currentItemChanged, this, &RunContents::showChosen);
  connect(preview_, &PreviewPanel::wanted, this,
          [this](const RunPreviewQuery& query) { emit previewWanted(run_, query); });
}

QTreeWidgetItem* RunContents::itemOf(const RunNode& node) const {
  const RunEntry& entry = node.entry;
  const QString path = text(entry.path);
  auto* item = new QTreeWidgetItem({path == QLatin1String("/") ? path : path.section(QLatin1Char('/'), -1)});
  item->setToolTip(0, path);
  if (entry.kind == "group") return item;
  QStringList axes;
  for (const std::string& axis : entry.axes) axes << text(axis);
  item->setText(1, text(entry.type));
  item->setText(2, text(shapeText(entry.shape)));
  item->setToolTip(2, axes.join(QStringLiteral(", ")));
  item->setText(3, text(bytesText(node.bytes)));
  item->setText(4, text(node.storage));
  item->setTextAlignment(3, Qt::AlignRight | Qt::AlignVCenter);
  for (const int column : {1, 4}) item->setToolTip(column, item->text(column));
  return item;
}

void RunContents::setTree(const QString& run, const RunTreePtr& tree) {
  run_ = run;
  nodes_ = tree;
  title_->setText(QFileInfo(run).fileName());
  title_->setToolTip(run);
  tree_->clear();
  QHash<QString, QTreeWidgetItem*> items;  // by path; a group comes before what is in it
  for (std::size_t i = 0; i < tree->size(); ++i) {
    const RunNode& node = (*tree)[i];
    const QString path = text(node.entry.path), parent = path.section(QLatin1Char('/'), 0, -2);
    QTreeWidgetItem* item = itemOf(node);
    item->setData(0, kNodeRole, static_cast<qulonglong>(i));
    QTreeWidgetItem* above = items.value(parent.isEmpty() ? QStringLiteral("/") : parent);
    above&& path != QLatin1String("/") ? above->addChild(item) : tree_->addTopLevelItem(item);
    items[path] = item;
  }
  tree_->expandToDepth(0);
  tree_->setCurrentItem(tree_->topLevelItem(0));
}

void RunContents::showChosen() {
  attributes_->setRowCount(0);
  const QTreeWidgetItem* item = tree_->currentItem();
  if (!item || !nodes_) return;
  const RunEntry& entry = (*nodes_)[item->data(0, kNodeRole).toULongLong()].entry;
  attributes_->setRowCount(static_cast<int>(entry.attributes.size()));
  for (int row = 0; row < attributes_->rowCount(); ++row) {
    const auto& [name, value] = entry.attributes[static_cast<std::size_t>(row)];
    attributes_->setItem(row, 0, new QTableWidgetItem(text(name)));
    attributes_->setItem(row, 1, new QTableWidgetItem(text(value)));
    attributes_->item(row, 1)->setToolTip(text(value));
  }
  preview_->setDataset(entry.kind == "dataset" ? text(entry.path) : QString());
}

void RunContents::setPreview(const RunPreviewPtr& preview) {
  preview_->setPreview(preview);
}

}  // namespace sinkscope
