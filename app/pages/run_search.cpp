#include "app/pages/run_search.h"

#include "app/file_path.h"
#include "app/pages/layout_parts.h"
#include "core/catalogue/catalogue.h"
#include "core/catalogue/compared_runs.h"
#include "core/error.h"
#include "widgets/theme.h"

#include <QComboBox>
#include <QFileDialog>
#include <QHBoxLayout>
#include <QLineEdit>
#include <QMenu>
#include <QPushButton>
#include <QToolButton>

namespace sinkscope {
namespace {

QString textOf(const std::filesystem::path& folder) {
  return QString::fromStdString(folder.string());
}

}  // namespace

RunSearch::RunSearch(QWidget* parent)
    : QWidget(parent),
      search_(new QLineEdit(this)),
      grouping_(new QComboBox(this)),
      folders_(new QPushButton(tr("&Folders"), this)),
      compare_(new QPushButton(tr("&Compare"), this)) {
  search_->setObjectName(QStringLiteral("searchRuns"));
  search_->setAccessibleName(tr("Search the runs"));
  search_->setPlaceholderText(tr("Search prompts, notes, names, tags; or kind=explore, sink_rate>0.3, model~gemma"));
  search_->setClearButtonEnabled(true);
  if (auto* clear = search_->findChild<QToolButton*>()) clear->setAccessibleName(tr("Clear the search"));
  grouping_->setObjectName(QStringLiteral("groupRuns"));
  grouping_->setAccessibleName(tr("Put runs together by"));
  grouping_->addItem(tr("nothing"));
  for (const RunColumn column : {RunColumn::Model, RunColumn::Tags, RunColumn::Kind, RunColumn::Folder})
    grouping_->addItem(QString::fromUtf8(infoOf(column).title.data(), int(infoOf(column).title.size())),
                       static_cast<int>(column));
  folders_->setObjectName(QStringLiteral("runFolders"));
  folders_->setToolTip(tr("Which folders are looked into for runs"));
  auto* menu = new QMenu(folders_);
  menu->setToolTipsVisible(true);
  connect(menu, &QMenu::aboutToShow, this, [this, menu] { fillFolders(menu); });
  folders_->setMenu(menu);
  compare_->setObjectName(QStringLiteral("compareRuns"));
  compare_->setToolTip(
      tr("The chosen runs beside each other, two to %1 (Ctrl+B). Runs can also be dropped here, or one "
         "on another.")
          .arg(ComparedRuns::kMost));
  setChosen(0);

  auto* row = new QHBoxLayout(this);
  row->setContentsMargins(0, 0, 0, 0);
  row->setSpacing(kSpacing);
  row->addWidget(search_, 1);
  addLabelled(*row, tr("&Group by"), grouping_);
  row->addWidget(folders_);
  row->addWidget(compare_);
  connect(search_, &QLineEdit::textChanged, this, &RunSearch::changed);
  connect(grouping_, &QComboBox::currentIndexChanged, this, &RunSearch::regrouped);
  connect(compare_, &QPushButton::clicked, this, &RunSearch::compareWanted);
}

RunQuery RunSearch::query() const {
  RunQuery query;
  addTyped(query, search_->text().toStdString());
  return query;
}

std::optional<RunColumn> RunSearch::group() const {
  const QVariant column = grouping_->currentData();
  return column.isValid() ? std::optional(static_cast<RunColumn>(column.toInt())) : std::nullopt;
}

void RunSearch::setChosen(int runs) {
  compare_->setEnabled(runs >= 2 && runs <= static_cast<int>(ComparedRuns::kMost));
}

void RunSearch::fillFolders(QMenu* menu) {
  menu->clear();
  menu->addAction(tr("&Add a folder…"), this, &RunSearch::addFolder);
  menu->addSeparator();
  const std::vector<std::filesystem::path> folders = setFolders();
  for (const std::filesystem::path& folder : folders) {
    QAction* action =
        menu->addAction(tr("Leave out %1").arg(textOf(folder)), this, [this, folder] { removeFolder(textOf(folder)); });
    action->setToolTip(tr("Its files stay where they are"));
    action->setEnabled(folders.size() > 1);  // runs are saved into one of them
  }
}

void RunSearch::addFolder() {
  const QString folder = QFileDialog::getExistingDirectory(this, tr("Add a folder of runs"));
  if (folder.isEmpty()) return;
  try {
    std::vector<std::filesystem::path> folders = setFolders();
    folders.emplace_back(folder.toStdString());
    setLibraryFolders(folders);
  } catch (const Error& error) {
    return emit failed(QString::fromUtf8(error.what()));
  }
  emit foldersChanged();
}

void RunSearch::removeFolder(const QString& folder) {
  try {
    std::vector<std::filesystem::path> folders = setFolders();
    std::erase(folders, pathOf(folder));
    setLibraryFolders(folders);
  } catch (const Error& error) {
    return emit failed(QString::fromUtf8(error.what()));
  }
  emit foldersChanged();
}

}  // namespace sinkscope
