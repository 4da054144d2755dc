#include "app/folder_list.h"

#include "app/notice.h"
#include "core/error.h"
#include "widgets/theme.h"

#include <QFileDialog>
#include <QFileInfo>
#include <QHBoxLayout>
#include <QLabel>
#include <QListWidget>
#include <QPushButton>
#include <QVBoxLayout>
#include <algorithm>
#include <utility>

namespace sinkscope {

FolderList::FolderList(const QString& title, const QString& words, Store store, QWidget* parent)
    : QWidget(parent),
      store_(std::move(store)),
      list_(new QListWidget(this)),
      add_(new QPushButton(tr("Add…"), this)),
      remove_(new QPushButton(tr("Remove"), this)),
      first_(new QPushButton(this)),
      notice_(new Notice(this)) {
  list_->setAccessibleName(title);
  add_->setAccessibleName(tr("%1: add a folder").arg(title));
  remove_->setAccessibleName(tr("%1: remove the chosen folder").arg(title));
  for (QPushButton* button : {add_, remove_, first_}) button->setAutoDefault(false);
  first_->hide();
  auto* heading = new QLabel(title, this);
  heading->setFont(themeFor(this).heading);
  auto* about = new QLabel(words, this);
  about->setWordWrap(true);

  auto* buttons = new QHBoxLayout;
  buttons->setSpacing(kSpacing);
  for (QPushButton* button : {add_, remove_, first_}) buttons->addWidget(button);
  buttons->addStretch();
  auto* column = new QVBoxLayout(this);
  column->setContentsMargins(0, 0, 0, 0);
  column->setSpacing(kSpacing);
  for (QWidget* part : std::initializer_list<QWidget*>{heading, about}) column->addWidget(part);
  column->addWidget(list_, 1);
  column->addLayout(buttons);
  column->addWidget(notice_);

  connect(add_, &QPushButton::clicked, this, &FolderList::ask);
  connect(remove_, &QPushButton::clicked, this, &FolderList::removeCurrent);
  connect(first_, &QPushButton::clicked, this, &FolderList::putCurrentFirst);
  connect(list_, &QListWidget::currentRowChanged, this, &FolderList::follow);
  read();
}

void FolderList::offerFirst(const QString& buttonText) {
  first_->setText(buttonText);
  first_->show();
}

void FolderList::read() {
  list_->clear();
  for (const std::filesystem::path& folder : store_.read()) list_->addItem(QString::fromStdString(folder.string()));
  follow();
}

void FolderList::follow() {
  remove_->setEnabled(list_->currentRow() >= 0);
  first_->setEnabled(list_->currentRow() > 0);
}

void FolderList::write(const Folders& folders) {
  notice_->clear();
  try {
    store_.write(folders);
  } catch (const Error& error) {
    const QString sentence = QString::fromUtf8(error.what());
    notice_->showError(sentence, sentence);
  }
  read();
  emit changed();
}

void FolderList::add(const QString& folder) {
  Folders folders = store_.read();
  const std::filesystem::path whole = QFileInfo(folder).absoluteFilePath().toStdString();
  if (std::ranges::find(folders, whole) == folders.end()) folders.push_back(whole);
  write(folders);
}

void FolderList::ask() {
  const QString folder = QFileDialog::getExistingDirectory(this, tr("Add a folder"));
  if (!folder.isEmpty()) add(folder);
}

void FolderList::removeCurrent() {
  Folders folders = store_.read();
  const auto row = static_cast<std::size_t>(list_->currentRow());
  if (row < folders.size()) folders.erase(folders.begin() + static_cast<std::ptrdiff_t>(row));
  write(folders);
}

void FolderList::putCurrentFirst() {
  Folders folders = store_.read();
  const auto row = static_cast<std::ptrdiff_t>(list_->currentRow());
  if (row < std::ssize(folders)) std::rotate(folders.begin(), folders.begin() + row, folders.begin() + row + 1);
  write(folders);
  list_->setCurrentRow(0);
}

}  // namespace sinkscope
